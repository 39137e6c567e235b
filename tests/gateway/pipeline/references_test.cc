#include "gateway/pipeline/references.h"

#include <gtest/gtest.h>

namespace kgw::pipeline {
namespace {

class ReferencesTest : public testing::Test {
 protected:
  RecordName self_{"demo-clinic", "kap-ehr", "Session", "S-1"};
  ReferenceResolver resolver_{self_, "P-1"};
};

TEST_F(ReferencesTest, FindsItsOwnRoles) {
  const std::string id = resolver_.ids().Of("Observation/bp/1");
  EXPECT_EQ(id, "2b2a0fdd-54ef-80eb-9447-0f46b081c36c") << "the contract's test vector";
  EXPECT_TRUE(resolver_.AddOwnRole("Observation/bp/1", id));
  const auto resolved = resolver_.Resolve("kgw:self/Observation/bp/1");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, "Observation/2b2a0fdd-54ef-80eb-9447-0f46b081c36c");
}

TEST_F(ReferencesTest, FindsOthersWhetherTheyHaveArrivedOrNot) {
  EXPECT_EQ(*resolver_.Resolve("kgw:record/Practitioner/T-1/Practitioner"),
            "Practitioner/af8740a4-1d26-83b5-9a24-edf318b94a3a");
  EXPECT_EQ(*resolver_.Resolve("kgw:record/Patient/P-1/Patient"),
            "Patient/0756dfb5-535b-820a-9c4c-2e7251169ca8");
}

TEST_F(ReferencesTest, DecodesTheIdButNotTheRole) {
  const RecordName other{"demo-clinic", "kap-ehr", "Visit", "V/1 %"};
  const std::string expected = "Encounter/" + ResourceIds(other, "P-1").Of("Encounter/a%2Fb");
  EXPECT_EQ(*resolver_.Resolve("kgw:record/Visit/V%2F1%20%25/Encounter/a%2Fb"), expected);
}

TEST_F(ReferencesTest, LeavesOtherReferencesAlone) {
  EXPECT_EQ(*resolver_.Resolve("#medication"), "");
  EXPECT_EQ(*resolver_.Resolve("https://example.org/Patient/1"), "");
}

TEST_F(ReferencesTest, RefusesWhatItCannotResolve) {
  for (const char* wrong :
       {"kgw:self/Observation/never", "kgw:record/Visit", "kgw:record/Visit/V-1",
        "kgw:record/Visit//Encounter", "kgw:record/Visit/%2/Encounter", "kgw:record/Visit/%zz/E",
        "kgw:other/x", "kgw:"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(resolver_.Resolve(wrong).status())) << wrong;
  }
}

TEST_F(ReferencesTest, RefusesARoleTwice) {
  EXPECT_TRUE(resolver_.AddOwnRole("Encounter", "a"));
  EXPECT_FALSE(resolver_.AddOwnRole("Encounter", "b"));
}

}  // namespace
}  // namespace kgw::pipeline
