#include "gateway/access/tls_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tls/certificates.h"

namespace kgw::access {
namespace {

using ::testing::StartsWith;

class TlsCheck : public ::testing::Test {
 protected:
  TlsCheck() {
    const test::Pair own = authority_.Sign("gateway", "DNS:localhost", 90);
    right_ = {own.certificate, own.private_key, authority_.certificate()};
  }
  static std::string Said(const TlsTexts& texts) {
    return std::string(CheckTls(texts).status().message());
  }
  test::Authority authority_;
  TlsTexts right_;
};

TEST_F(TlsCheck, SaysWhenTheFirstOfTheChainExpires) {
  const absl::Time expected = absl::Now() + absl::Hours(90 * 24);
  absl::StatusOr<absl::Time> expires = CheckTls(right_);
  ASSERT_TRUE(expires.ok()) << expires.status();
  EXPECT_LT(absl::AbsDuration(*expires - expected), absl::Minutes(10));
  right_.certificate += authority_.Sign("between", "", 30).certificate;
  expires = CheckTls(right_);
  ASSERT_TRUE(expires.ok());
  EXPECT_LT(absl::AbsDuration(*expires - (expected - absl::Hours(60 * 24))), absl::Minutes(10));
}

TEST_F(TlsCheck, SaysWhichTextIsWrong) {
  TlsTexts texts = right_;
  texts.certificate = "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(Said(texts), StartsWith("certificate: "));
  texts = right_;
  texts.private_key = right_.certificate;
  EXPECT_THAT(Said(texts), StartsWith("private_key: expected"));
  texts.private_key = authority_.Sign("other", "").private_key;
  EXPECT_THAT(Said(texts), StartsWith("private_key: is not the key"));
  texts = right_;
  texts.client_ca = "";
  EXPECT_THAT(Said(texts), StartsWith("client_ca: "));
  // Half a file, as a copy under way leaves it.
  texts = right_;
  texts.certificate.resize(texts.certificate.size() / 2);
  EXPECT_THAT(Said(texts), StartsWith("certificate: "));
}

}  // namespace
}  // namespace kgw::access
