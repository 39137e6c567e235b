#include "gateway/base/ids.h"

#include <gtest/gtest.h>

#include "gateway/base/clock.h"

namespace kgw {
namespace {

TEST(Ids, FollowThePublishedVectors) {
  EXPECT_EQ(ResourceIds({"demo-clinic", "kap-ehr", "Session", "S-1"}, "P-1").Of("Observation/bp/1"),
            "2b2a0fdd-54ef-80eb-9447-0f46b081c36c");
  EXPECT_EQ(ResourceIds({"demo-clinic", "kap-ehr", "Practitioner", "T-1"}, "").Of("Practitioner"),
            "af8740a4-1d26-83b5-9a24-edf318b94a3a");
  EXPECT_EQ(ResourceIds({"demo-clinic", "kap-ehr", "Patient", "P-1"}, "P-1").Of("Patient"),
            "0756dfb5-535b-820a-9c4c-2e7251169ca8");
}

TEST(Ids, FieldsDoNotRunIntoOneAnother) {
  const ResourceIds one({"ab", "c", "Visit", "1"}, "");
  const ResourceIds two({"a", "bc", "Visit", "1"}, "");
  EXPECT_NE(one.Of("Encounter").substr(0, 8), two.Of("Encounter").substr(0, 8));
}

TEST(Ids, ResourcesOfOneRecordAreNeighbours) {
  const ResourceIds ids({"t", "s", "Session", "1"}, "p");
  EXPECT_EQ(ids.Of("Observation/a").substr(0, 18), ids.Of("Procedure").substr(0, 18));
  EXPECT_NE(ids.Of("Observation/a"), ids.Of("Observation/b"));
}

TEST(Hash, FollowsTheStandard) {
  EXPECT_EQ(HexOf(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOf(Sha256Of("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOf(std::string_view("\x00\xff\x0a", 3)), "00ff0a");
}

TEST(Clock, MonotonicTimeDoesNotGoBack) {
  const int64_t before = RealClock().MonotonicNanos();
  EXPECT_LE(before, RealClock().MonotonicNanos());
  EXPECT_GT(RealClock().Now(), absl::FromUnixSeconds(1'600'000'000));
}

}  // namespace
}  // namespace kgw
