#include "gateway/base/sha256.h"

// The low-level functions: OpenSSL 3 marks them as old, but a digest through EVP costs several
// times a whole small hash, and ids hash some hundred bytes for each resource.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <new>

namespace kgw {
namespace {

SHA256_CTX* ContextIn(unsigned char* room) { return reinterpret_cast<SHA256_CTX*>(room); }

}  // namespace

Sha256Hasher::Sha256Hasher() {
  static_assert(sizeof(context_) >= sizeof(SHA256_CTX));
  SHA256_Init(new (context_) SHA256_CTX);
}

Sha256Hasher::~Sha256Hasher() = default;

Sha256Hasher& Sha256Hasher::Update(std::string_view bytes) {
  SHA256_Update(ContextIn(context_), bytes.data(), bytes.size());
  return *this;
}

Sha256Hasher& Sha256Hasher::UpdateField(std::string_view bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  const char length[] = {static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                         static_cast<char>(size >> 8), static_cast<char>(size)};
  return Update({length, sizeof(length)}).Update(bytes);
}

std::array<uint8_t, 32> Sha256Hasher::Finish() {
  std::array<uint8_t, 32> hash;
  SHA256_Final(hash.data(), ContextIn(context_));
  return hash;
}

}  // namespace kgw
