#ifndef GATEWAY_BASE_SHA256_H_
#define GATEWAY_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace kgw {

// SHA-256 of bytes that come piece by piece. One hasher gives one hash. Not thread-safe.
class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(const Sha256Hasher&) = delete;
  Sha256Hasher& operator=(const Sha256Hasher&) = delete;

  Sha256Hasher& Update(std::string_view bytes);
  // The length as four bytes, the highest first, then the bytes: no two lists of fields hash alike.
  Sha256Hasher& UpdateField(std::string_view bytes);
  std::array<uint8_t, 32> Finish();

 private:
  // Room for OpenSSL's context, whose header stays out of this one.
  alignas(8) unsigned char context_[128];
};

}  // namespace kgw

#endif  // GATEWAY_BASE_SHA256_H_
