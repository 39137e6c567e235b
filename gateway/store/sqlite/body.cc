#include "gateway/store/sqlite/body.h"

#include <zstd.h>

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "gateway/base/ids.h"
#include "gateway/base/sha256.h"

namespace kgw::store {
namespace {

constexpr size_t kHashBytes = 32;
constexpr size_t kHeaderBytes = 1 + 4 + 8 + kHashBytes;
constexpr char kCodecPlain = 0;
constexpr char kCodecZstd = 1;
constexpr int kLevel = 1;
constexpr uint64_t kMaxText = uint64_t{256} << 20;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

void PutNumber(uint64_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) out->push_back(static_cast<char>(value >> (8 * i)));
}

uint64_t NumberAt(std::string_view body, size_t at, int bytes) {
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(body[at + i]);
  return value;
}

// Compressed, or empty when that is no gain.
std::string Compressed(std::string_view text) {
  // Making a context costs more than compressing a small body.
  thread_local std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const size_t size =
      ZSTD_compressCCtx(context.get(), out.data(), out.size(), text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) || size >= text.size()) return {};
  out.resize(size);
  return out;
}

Sha256 HashOf(std::string_view body) {
  Sha256Hasher hasher;
  hasher.Update(body.substr(0, kHeaderBytes - kHashBytes)).Update(body.substr(kHeaderBytes));
  return hasher.Finish();
}

absl::Status Damaged() {
  return absl::DataLossError(
      "a stored body is damaged: its SHA-256 differs from the one written with it; restore this "
      "record from a copy of the store or submit it again under a new version");
}

}  // namespace

std::string EncodeBody(std::string_view text) {
  if (text.empty()) return {};
  const std::string payload = Compressed(text);
  std::string body;
  body.reserve(kHeaderBytes + (payload.empty() ? text.size() : payload.size()));
  body.push_back(payload.empty() ? kCodecPlain : kCodecZstd);
  PutNumber(0, 4, &body);
  PutNumber(text.size(), 8, &body);
  body.append(kHashBytes, '\0');
  body.append(payload.empty() ? text : std::string_view(payload));
  const Sha256 hash = HashOf(body);
  body.replace(kHeaderBytes - kHashBytes, kHashBytes, reinterpret_cast<const char*>(hash.data()),
               kHashBytes);
  return body;
}

absl::StatusOr<std::string> DecodeBody(std::string_view body) {
  if (body.empty()) return std::string();
  if (body.size() < kHeaderBytes) return Damaged();
  const Sha256 hash = HashOf(body);
  const std::string_view written = body.substr(kHeaderBytes - kHashBytes, kHashBytes);
  if (written != std::string_view(reinterpret_cast<const char*>(hash.data()), kHashBytes)) {
    return Damaged();
  }
  if (NumberAt(body, 1, 4) != 0) {
    return absl::FailedPreconditionError("a stored body is encrypted and no key is configured");
  }
  const std::string_view payload = body.substr(kHeaderBytes);
  if (body[0] == kCodecPlain) return std::string(payload);
  const uint64_t size = NumberAt(body, 5, 8);
  if (body[0] != kCodecZstd || size > kMaxText) return Damaged();
  std::string text(size, '\0');
  const size_t got = ZSTD_decompress(text.data(), text.size(), payload.data(), payload.size());
  if (ZSTD_isError(got) || got != size) return Damaged();
  return text;
}

}  // namespace kgw::store
