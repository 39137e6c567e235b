#include "gateway/store/rules/unit.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

Unit UnitOf(int64_t version) {
  Unit unit;
  unit.key.record.version = version;
  unit.resources = {{"Observation/a", "1", "{}"}};
  return unit;
}

RemoteEntry Remote(std::string resource, std::string remote, int64_t version) {
  return {{std::move(resource), remote.empty() ? EntryState::kIntended : EntryState::kDelivered,
           remote, ""},
          version};
}

TEST(Units, WhatWasPlacedIsKnownByOurReference) {
  Unit unit = UnitOf(2);
  const auto gone = AddOwnRemotes({Remote("Observation/1", "Observation/9", 1)}, &unit);
  EXPECT_EQ(unit.remotes.at("Observation/1").remote, "Observation/9");
  EXPECT_TRUE(unit.entries.empty());
  EXPECT_TRUE(gone.empty());  // this version has it too
}

TEST(Units, AnIntentIsToldUnlessItsOwnJournalSpeaksOfIt) {
  Unit unit = UnitOf(2);
  AddOwnRemotes({Remote("Observation/1", "", 1)}, &unit);
  ASSERT_EQ(unit.entries.size(), 1u);
  EXPECT_TRUE(unit.remotes.empty());
  AddOwnRemotes({Remote("Observation/1", "", 1)}, &unit);
  EXPECT_EQ(unit.entries.size(), 1u);
}

TEST(Units, WhatThisVersionDoesNotHoldIsGoneUnlessALaterOneSpokeOfIt) {
  Unit unit = UnitOf(2);
  const auto gone =
      AddOwnRemotes({Remote("Observation/2", "Observation/9", 1), Remote("Observation/3", "", 1),
                     Remote("Observation/4", "Observation/8", 2)},
                    &unit);
  ASSERT_EQ(gone.size(), 2u);
  EXPECT_EQ(gone[0].reference, "Observation/2");
  EXPECT_EQ(gone[0].version, 1);
  EXPECT_EQ(gone[1].reference, "Observation/3");
}

TEST(Units, WhatIsGoneIsWithdrawnAsTheEarlierVersionHadIt) {
  Unit unit = UnitOf(2);
  const EarlierVersion earlier = EarlierVersionOf({{"Observation/b", "2", R"({"b":1})"}});
  AddWithdrawn("Observation/2", earlier, &unit);
  AddWithdrawn("Observation/3", earlier, &unit);  // that version had withdrawn it itself
  ASSERT_EQ(unit.withdrawn.size(), 1u);
  EXPECT_EQ(unit.withdrawn[0].body, R"({"b":1})");
}

TEST(Units, OfADamagedVersionThePlaceAloneIsWithdrawn) {
  Unit unit = UnitOf(2);
  AddWithdrawn("Observation/2", EarlierVersion{true, {}}, &unit);
  ASSERT_EQ(unit.withdrawn.size(), 1u);
  EXPECT_EQ(unit.withdrawn[0].role, "Observation");
  EXPECT_EQ(unit.withdrawn[0].body, R"({"resourceType":"Observation","id":"2"})");
}

TEST(Units, OfReferencedRecordsOnlyWhatHasAPlaceIsTold) {
  Unit unit = UnitOf(1);
  AddReferencedRemotes({Remote("Patient/1", "Patient/7", 1), Remote("Patient/2", "", 1)}, &unit);
  EXPECT_EQ(unit.remotes.size(), 1u);
  EXPECT_EQ(unit.remotes.at("Patient/1").remote, "Patient/7");
}

TEST(Units, ADestinationWithAFormOfItsOwnGetsNothingElse) {
  const std::vector<Resource> resources = {{"Claim", "1", "{}"},
                                           {"Claim", "1", "ISA", "application/edi-x12", "payer"}};
  const auto of = [&](std::string_view destination) {
    std::string bodies;
    for (const Resource& resource : ResourcesFor(resources, destination)) bodies += resource.body;
    return bodies;
  };
  EXPECT_EQ(of("payer"), "ISA");
  EXPECT_EQ(of("ehr"), "{}");
}

}  // namespace
}  // namespace kgw::store
