#include "gateway/access/tls_check.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

namespace kgw::access {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificates = std::vector<std::unique_ptr<X509, Free>>;

int NoPassword(char*, int, int, void*) { return 0; }

std::unique_ptr<BIO, Free> Open(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificates ReadCertificates(const std::string& text) {
  Certificates all;
  const std::unique_ptr<BIO, Free> bio = Open(text);
  while (X509* each = PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    all.emplace_back(each);
  }
  ERR_clear_error();
  return all;
}

std::unique_ptr<EVP_PKEY, Free> ReadKey(const std::string& text) {
  std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(Open(text).get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

bool BelongTogether(X509* certificate, EVP_PKEY* key) {
  const bool together = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return together;
}

absl::Time EndOf(const X509* certificate) {
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return absl::InfinitePast();
  return absl::FromTM(end, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<absl::Time> CheckTls(const TlsTexts& texts) {
  const Certificates chain = ReadCertificates(texts.certificate);
  if (chain.empty()) {
    return absl::InvalidArgumentError("certificate: expected a certificate in PEM form");
  }
  const std::unique_ptr<EVP_PKEY, Free> key = ReadKey(texts.private_key);
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        "private_key: expected a private key in PEM form, without a password");
  }
  if (!BelongTogether(chain[0].get(), key.get())) {
    return absl::InvalidArgumentError(
        "private_key: is not the key of the first certificate in grpc.tls.certificate");
  }
  if (ReadCertificates(texts.client_ca).empty()) {
    return absl::InvalidArgumentError(
        "client_ca: expected certificates of authorities in PEM form");
  }
  absl::Time first = absl::InfiniteFuture();
  for (const auto& each : chain) first = std::min(first, EndOf(each.get()));
  return first;
}

}  // namespace kgw::access
