#include "gateway/delivery/unit_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::delivery {
namespace {

using ::testing::ElementsAre;

store::Unit SampleUnit() {
  store::Unit unit;
  unit.key = {{{"clinic", "kap", "Session", "S-1"}, 2}, "ehr"};
  unit.attempt = 3;
  unit.resources = {{"Encounter", "e", R"({"resourceType":"Encounter","id":"e"})"},
                    {"Observation/bp/1", "o", R"({"resourceType":"Observation","id":"o"})"},
                    {"Observation/bp/2", "q", R"({"resourceType":"Observation","id":"q"})"}};
  unit.withdrawn = {{"Observation/bp/3", "w", R"({"resourceType":"Observation","id":"w"})"}};
  unit.entries = {{"Encounter/e", store::EntryState::kIntended, "", ""},
                  {"Encounter/e", store::EntryState::kDelivered, "Encounter/9", "1"},
                  {"Observation/o", store::EntryState::kIntended, "", ""}};
  unit.remotes = {
      {"Observation/q", {"Observation/q", store::EntryState::kDelivered, "Observation/8", "4"}},
      {"Observation/w", {"Observation/w", store::EntryState::kDelivered, "Observation/7", ""}},
      {"Patient/p", {"Patient/p", store::EntryState::kLinked, "Patient/1", "2"}},
      {"Coverage/c", {"Coverage/c", store::EntryState::kUnsupported, "", ""}}};
  return unit;
}

TEST(UnitJsonTest, HoldsWhatIsLeftToDoAndWhereTheRestLies) {
  const store::Unit unit = SampleUnit();
  EXPECT_EQ(OpenWork(unit).Json(),
            R"({"delivery":"clinic/ehr/kap/Session/S-1/2","attempt":3,)"
            R"("record":{"type":"Session","id":"S-1","version":"2"},"entries":[)"
            R"({"entry":"Observation/o","action":"write",)"
            R"("resource":{"resourceType":"Observation","id":"o"},"intended":true},)"
            R"({"entry":"Observation/q","action":"write",)"
            R"("resource":{"resourceType":"Observation","id":"q"},)"
            R"("remote":{"reference":"Observation/8","version":"4","state":"delivered"}},)"
            R"({"entry":"Observation/w","action":"remove",)"
            R"("resource":{"resourceType":"Observation","id":"w"},)"
            R"("remote":{"reference":"Observation/7","state":"delivered"}}],)"
            R"("references":{"Encounter/e":"Encounter/9","Patient/p":"Patient/1"}})");
}

TEST(UnitJsonTest, OpenEntriesAreTheUnsettledOnes) {
  const store::Unit unit = SampleUnit();
  EXPECT_THAT(OpenWork(unit).entries(),
              ElementsAre("Observation/o", "Observation/q", "Observation/w"));
}

}  // namespace
}  // namespace kgw::delivery
