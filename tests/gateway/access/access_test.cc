#include "gateway/access/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::access {
namespace {

using ::testing::HasSubstr;

Access Clinic() {
  return Access({Caller{.name = "kap-ehr.clinic.example",
                        .tenants = {"clinic-a"},
                        .sources = {"kap-ehr"},
                        .grants = {Grant::kSubmit, Grant::kRead}},
                 Caller{.name = "hospital-it",
                        .tenants = {"*"},
                        .sources = {"*"},
                        .grants = {Grant::kRead, Grant::kOperate}}});
}

TEST(Grant, NamesGoBothWays) {
  for (Grant grant : {Grant::kSubmit, Grant::kRead, Grant::kBodies, Grant::kOperate}) {
    EXPECT_EQ(GrantNamed(NameOf(grant)), grant);
  }
  EXPECT_EQ(GrantNamed("admin"), std::nullopt);
  EXPECT_EQ(GrantNamed(""), std::nullopt);
}

TEST(Access, LetsACallerDoWhatItWasGranted) {
  EXPECT_TRUE(Clinic().Check("kap-ehr.clinic.example", Grant::kSubmit, "clinic-a", "kap-ehr").ok());
}

TEST(Access, DeniesAndSaysWhatIsMissing) {
  const Access access = Clinic();
  struct Case {
    const char *caller, *tenant, *source, *missing;
    Grant grant;
  };
  const Case cases[] = {
      {"kap-ehr.clinic.example", "clinic-b", "kap-ehr", "tenant 'clinic-b'", Grant::kSubmit},
      {"kap-ehr.clinic.example", "clinic-a", "other", "source 'other'", Grant::kSubmit},
      {"kap-ehr.clinic.example", "clinic-a", "kap-ehr", "right 'bodies'", Grant::kBodies},
      {"kap-ehr.clinic.example", "clinic-a", "kap-ehr", "right 'operate'", Grant::kOperate},
      {"hospital-it", "clinic-a", "kap-ehr", "right 'submit'", Grant::kSubmit},
      {"stranger", "clinic-a", "kap-ehr", "not configured", Grant::kRead},
      {"", "clinic-a", "kap-ehr", "not configured", Grant::kRead},
      {"kap-ehr.clinic.example", "", "kap-ehr", "tenant ''", Grant::kSubmit},
  };
  for (const Case& each : cases) {
    absl::Status status = access.Check(each.caller, each.grant, each.tenant, each.source);
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << each.missing;
    EXPECT_THAT(std::string(status.message()), HasSubstr(each.missing));
  }
}

TEST(Access, AStarStandsForAll) {
  EXPECT_TRUE(Clinic().Check("hospital-it", Grant::kOperate, "clinic-z", "any").ok());
}

TEST(Access, AStarFromACallerIsOnlyAName) {
  EXPECT_FALSE(Clinic().Check("kap-ehr.clinic.example", Grant::kSubmit, "*", "kap-ehr").ok());
}

TEST(Access, NoCallersMeansNobody) {
  EXPECT_FALSE(Access(std::vector<Caller>{}).CheckGrant("development", Grant::kRead).ok());
}

TEST(Access, DevelopmentAllowsEverythingToEverybody) {
  const Access access = Access::Development();
  ASSERT_TRUE(access.Identify(Peer{}).ok());
  EXPECT_TRUE(access.Check(*access.Identify(Peer{}), Grant::kBodies, "any", "any").ok());
}

TEST(Access, TakesTheNameFromTheCertificate) {
  const Access access = Clinic();
  EXPECT_EQ(*access.Identify({.dns_names = {"kap-ehr.clinic.example"}}), "kap-ehr.clinic.example");
  EXPECT_EQ(*access.Identify({.dns_names = {"unknown"}, .uris = {"hospital-it"}}), "hospital-it");
  EXPECT_EQ(*access.Identify({.common_name = "hospital-it"}), "hospital-it");
}

TEST(Access, IgnoresACommonNameBesideAnAlternativeName) {
  absl::StatusOr<std::string> name =
      Clinic().Identify({.dns_names = {"stranger"}, .common_name = "hospital-it"});
  EXPECT_EQ(name.status().code(), absl::StatusCode::kPermissionDenied);
}

TEST(Access, ToldNobodyIsUnauthenticated) {
  EXPECT_EQ(Clinic().Identify(Peer{}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(Access, NamesInAnswersAreBoundedAndPrintable) {
  absl::Status status = Clinic().CheckGrant(std::string(10000, 'x') + "\n\x01", Grant::kRead);
  EXPECT_LT(status.message().size(), 300u);
  status = Clinic().CheckGrant("a\nb\x01", Grant::kRead);
  EXPECT_THAT(std::string(status.message()), HasSubstr("'a?b?'"));
}

}  // namespace
}  // namespace kgw::access
