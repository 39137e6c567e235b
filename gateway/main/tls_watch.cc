#include "gateway/main/tls_watch.h"

#include <tuple>
#include <utility>

#include "gateway/base/file.h"
#include "gateway/base/log.h"
#include "gateway/base/strings.h"

namespace kgw::main {
namespace {

constexpr size_t kMostPemBytes = size_t{1} << 20;
constexpr absl::Duration kWarnEvery = absl::Hours(24);

absl::Status InGroup(const absl::Status& status) {
  return absl::Status(status.code(), StrCat("grpc.tls.", Std(status.message())));
}

Tag DayOf(absl::Time time) {
  return Tag(Std(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone())));
}

}  // namespace

absl::StatusOr<LoadedTls> LoadTls(const TlsFiles& files) {
  LoadedTls loaded;
  const std::tuple<const char*, const std::string&, std::string&> parts[] = {
      {"certificate", files.certificate, loaded.texts.certificate},
      {"private_key", files.private_key, loaded.texts.private_key},
      {"client_ca", files.client_ca, loaded.texts.client_ca}};
  for (const auto& [field, path, text] : parts) {
    absl::StatusOr<std::string> read = ReadFile(path, kMostPemBytes);
    if (!read.ok()) {
      return absl::Status(read.status().code(),
                          StrCat("grpc.tls.", field, ": ", Std(read.status().message())));
    }
    text = *std::move(read);
  }
  absl::StatusOr<absl::Time> expires = access::CheckTls(loaded.texts);
  if (!expires.ok()) return InGroup(expires.status());
  loaded.expires = *expires;
  return loaded;
}

TlsWatch::TlsWatch(Metrics& metrics, const Clock& clock) : metrics_(metrics), clock_(clock) {}

void TlsWatch::Use(const LoadedTls& loaded) {
  looked_ = clock_.MonotonicNanos();
  refusal_.clear();
  SetRefused(false);
  if (loaded.texts == in_use_) return;
  in_use_ = loaded.texts;
  expires_ = loaded.expires;
  warned_ = absl::InfinitePast();
  metrics_
      .GetGauge("kgw_tls_certificate_expiry_timestamp_seconds",
                "When the certificate that callers are shown expires.")
      ->Set(static_cast<double>(absl::ToUnixSeconds(expires_)));
  Log(LogLevel::kInfo, "new connections are met with this certificate",
      {{"expires", DayOf(expires_)}});
  WarnOfExpiry();
}

void TlsWatch::Refuse(const absl::Status& why) {
  SetRefused(true);
  if (refusal_ == Std(why.message())) return;
  refusal_ = std::string(why.message());
  Log(LogLevel::kError, "the files under grpc.tls cannot be used; the old ones stay in use",
      {{"reason", OperatorText(refusal_)}});
}

std::optional<LoadedTls> TlsWatch::Look(const TlsFiles& files) {
  WarnOfExpiry();
  const int64_t now = clock_.MonotonicNanos();
  if (now - looked_ < absl::ToInt64Nanoseconds(kLookEvery)) return std::nullopt;
  looked_ = now;
  absl::StatusOr<LoadedTls> loaded = LoadTls(files);
  if (loaded.ok() && loaded->texts == in_use_) {
    Use(*loaded);
    return std::nullopt;
  }
  if (loaded.ok() && loaded->expires <= clock_.Now()) {
    loaded = absl::FailedPreconditionError("grpc.tls.certificate: has expired");
  }
  if (loaded.ok()) return *std::move(loaded);
  Refuse(loaded.status());
  return std::nullopt;
}

void TlsWatch::SetRefused(bool refused) {
  metrics_.GetGauge("kgw_tls_files_refused", "1 while the files under grpc.tls cannot be used.")
      ->Set(refused ? 1 : 0);
}

void TlsWatch::WarnOfExpiry() {
  const absl::Time now = clock_.Now();
  if (expires_ - now > kWarnBefore || now - warned_ < kWarnEvery) return;
  warned_ = now;
  if (expires_ <= now) {
    Log(LogLevel::kError, "the certificate under grpc.tls has expired: callers will not connect",
        {{"expired", DayOf(expires_)}});
  } else {
    Log(LogLevel::kWarning, "the certificate under grpc.tls expires soon: put a new one in place",
        {{"expires", DayOf(expires_)}, {"days", (expires_ - now) / absl::Hours(24)}});
  }
}

}  // namespace kgw::main
