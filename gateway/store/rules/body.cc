#include "gateway/store/rules/body.h"

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
// Of a small body most of the time goes into coding what does not repeat. The fast levels leave
// that out: a fifth more bytes, which a row's page mostly has room for, in a third less time.
constexpr int kLevel = -1;
// A body this small never gets smaller.
constexpr size_t kLeastToCompress = 64;
// A thread that has compressed a larger body, which is rare, gives its memory back at the next one.
constexpr size_t kKeptBytes = size_t{1} << 20;
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

// What a thread compresses with: making a context, and memory to compress into, costs more than
// compressing a small body.
class Compressor {
 public:
  // Empty when it is no gain. Valid until the next call on this thread.
  std::string_view Compress(std::string_view text) {
    if (context_ == nullptr) return {};  // no memory: it is kept as it is
    const size_t bound = ZSTD_compressBound(text.size());
    if (size_ < bound || size_ > kKeptBytes) {
      // Not filled first, unlike a string.
      room_.reset(new char[bound]);
      size_ = bound;
    }
    const size_t size =
        ZSTD_compressCCtx(context_.get(), room_.get(), size_, text.data(), text.size(), kLevel);
    if (ZSTD_isError(size) || size >= text.size()) return {};
    return {room_.get(), size};
  }

 private:
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context_{ZSTD_createCCtx()};
  std::unique_ptr<char[]> room_;
  size_t size_ = 0;
};

std::string_view Compressed(std::string_view text) {
  thread_local Compressor compressor;
  return text.size() < kLeastToCompress ? std::string_view() : compressor.Compress(text);
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
  const std::string_view payload = Compressed(text);
  std::string body;
  body.reserve(kHeaderBytes + (payload.empty() ? text.size() : payload.size()));
  body.push_back(payload.empty() ? kCodecPlain : kCodecZstd);
  PutNumber(0, 4, &body);
  PutNumber(text.size(), 8, &body);
  body.append(kHashBytes, '\0');
  body.append(payload.empty() ? text : payload);
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
