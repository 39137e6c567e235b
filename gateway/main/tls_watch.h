#ifndef GATEWAY_MAIN_TLS_WATCH_H_
#define GATEWAY_MAIN_TLS_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/access/tls_check.h"
#include "gateway/base/clock.h"
#include "gateway/base/metrics.h"
#include "gateway/main/settings.h"

namespace kgw::main {

struct LoadedTls {
  access::TlsTexts texts;
  absl::Time expires;
};

// The files under grpc.tls, if they can be read and belong together. Errors name the setting.
absl::StatusOr<LoadedTls> LoadTls(const TlsFiles& files);

// Watches over the certificate that the gateway shows: whether its files have changed, whether what
// is in them can be used, and when it expires. Says so in the log and in figures. One thread.
class TlsWatch {
 public:
  static constexpr absl::Duration kLookEvery = absl::Seconds(30);
  static constexpr absl::Duration kWarnBefore = absl::Hours(30 * 24);

  TlsWatch(Metrics& metrics, const Clock& clock);

  // These are in use from now on.
  void Use(const LoadedTls& loaded);
  // The files cannot be used; what is in use stays.
  void Refuse(const absl::Status& why);
  // To be called every second or so. Other texts that can be used, when the files hold some; reads
  // the files now and then only.
  std::optional<LoadedTls> Look(const TlsFiles& files);

 private:
  void WarnOfExpiry();
  void SetRefused(bool refused);

  // Asked for when there is something to tell: without TLS there are no such figures.
  Metrics& metrics_;
  const Clock& clock_;
  access::TlsTexts in_use_;
  absl::Time expires_ = absl::InfiniteFuture();
  absl::Time warned_ = absl::InfinitePast();
  int64_t looked_ = 0;  // monotonic
  std::string refusal_;
};

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_TLS_WATCH_H_
