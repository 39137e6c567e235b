#ifndef GATEWAY_ACCESS_TLS_CHECK_H_
#define GATEWAY_ACCESS_TLS_CHECK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace kgw::access {

// What a server shows to callers and whom it trusts, as PEM texts.
struct TlsTexts {
  std::string certificate;  // the chain, own certificate first
  std::string private_key;
  std::string client_ca;
  friend bool operator==(const TlsTexts&, const TlsTexts&) = default;
};

// When the first certificate of the chain expires. INVALID_ARGUMENT, beginning with "certificate:",
// "private_key:" or "client_ca:", when a text is not what it should be or the key is not the
// certificate's. Never asks for a password: a key that needs one is refused. Shows no key.
absl::StatusOr<absl::Time> CheckTls(const TlsTexts& texts);

}  // namespace kgw::access

#endif  // GATEWAY_ACCESS_TLS_CHECK_H_
