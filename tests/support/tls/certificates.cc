#include "tests/support/tls/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace kgw::test {
namespace {

template <typename Write>
std::string Pem(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

void Extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(const std::string& name, EVP_PKEY* key, int days) {
  static std::atomic<long> serial{1};
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * days);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

struct Authority::State {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = NewCertificate("Test Authority", key, 365);
  ~State() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
};

Authority::Authority() : state_(std::make_unique<State>()) {
  X509* own = state_->certificate;
  X509_set_issuer_name(own, X509_get_subject_name(own));
  Extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(own, state_->key, EVP_sha256());
  certificate_ = Pem([own](BIO* bio) { PEM_write_bio_X509(bio, own); });
}

Authority::~Authority() = default;

Pair Authority::Sign(const std::string& common_name, const std::string& alternative_name,
                     int days) const {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = NewCertificate(common_name, key, days);
  X509_set_issuer_name(made, X509_get_subject_name(state_->certificate));
  if (!alternative_name.empty()) {
    Extend(made, state_->certificate, NID_subject_alt_name, alternative_name);
  }
  X509_sign(made, state_->key, EVP_sha256());
  Pair pair;
  pair.certificate = Pem([made](BIO* bio) { PEM_write_bio_X509(bio, made); });
  pair.private_key = Pem([key](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  X509_free(made);
  EVP_PKEY_free(key);
  return pair;
}

}  // namespace kgw::test
