#ifndef TESTS_SUPPORT_TLS_CERTIFICATES_H_
#define TESTS_SUPPORT_TLS_CERTIFICATES_H_

#include <memory>
#include <string>

namespace kgw::test {

struct Pair {
  std::string certificate;  // PEM
  std::string private_key;  // PEM
};

// An authority that lives as long as a test and signs certificates.
class Authority {
 public:
  Authority();
  ~Authority();
  const std::string& certificate() const { return certificate_; }
  // `alternative_name` as OpenSSL writes it: "DNS:localhost,IP:127.0.0.1"; empty: none.
  Pair Sign(const std::string& common_name, const std::string& alternative_name,
            int days = 1) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string certificate_;
};

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_TLS_CERTIFICATES_H_
