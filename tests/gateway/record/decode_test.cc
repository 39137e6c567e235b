#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> NamesOf(const Record& record) {
  std::vector<std::string> names;
  for (const RecordName& name : record.references) {
    EXPECT_EQ(name.tenant, record.key.name.tenant);
    EXPECT_EQ(name.source, record.key.name.source);
    names.push_back(name.type + " " + name.id);
  }
  return names;
}

TEST(DecodeTest, SamplesHaveNoIssues) {
  for (const kap::v1::Record& sample : AllSamples()) {
    EXPECT_THAT(IssuesOf(sample), IsEmpty()) << sample.id();
  }
}

TEST(DecodeTest, TellsKeyPatientAndFlags) {
  const auto record = DecodeMessage(SampleSession());
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->key.name.tenant, "demo-clinic");
  EXPECT_EQ(record->key.name.source, "kap-ehr");
  EXPECT_EQ(record->key.name.type, "Session");
  EXPECT_EQ(record->key.name.id, "S-1");
  EXPECT_EQ(record->key.version, 1);
  EXPECT_EQ(record->patient, "P-1");
  EXPECT_EQ(record->load_mode, LoadMode::kLive);
  EXPECT_TRUE(record->test_data);
  EXPECT_FALSE(record->billable);
}

TEST(DecodeTest, KeepsTheBytes) {
  const std::string bytes = SampleVisit().SerializeAsString();
  const auto record = DecodeBytes(bytes);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->bytes, bytes);
}

TEST(DecodeTest, PatientOfAPatientIsItself) {
  const auto record = DecodeMessage(SamplePatient());
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->patient, "P-1");
}

TEST(DecodeTest, DirectoryRecordsHaveNoPatient) {
  EXPECT_EQ(DecodeMessage(SampleOrganization())->patient, "");
  EXPECT_EQ(DecodeMessage(SamplePractitioner())->patient, "");
}

TEST(DecodeTest, ListsOtherRecordsOnce) {
  EXPECT_THAT(NamesOf(*DecodeMessage(SampleSession())),
              ElementsAre("Organization O-1", "Organization O-2", "Patient P-1", "Practitioner T-1",
                          "Visit V-0", "Visit V-1"));
  EXPECT_THAT(NamesOf(*DecodeMessage(SamplePatient())),
              ElementsAre("Organization O-1", "Organization O-9", "Practitioner T-1"));
  EXPECT_THAT(NamesOf(*DecodeMessage(SampleOutcome())),
              ElementsAre("Organization O-1", "Patient P-1", "Practitioner T-1", "Screening SC-1",
                          "Session S-1"));
}

TEST(DecodeTest, LiveVisitsWithChargesAreBillable) {
  kap::v1::Record visit = SampleVisit();
  EXPECT_TRUE(DecodeMessage(visit)->billable);
  visit.clear_load_mode();
  EXPECT_TRUE(DecodeMessage(visit)->billable);
  visit.set_load_mode(kap::v1::LOAD_MODE_HISTORICAL);
  EXPECT_FALSE(DecodeMessage(visit)->billable);
  EXPECT_EQ(DecodeMessage(visit)->load_mode, LoadMode::kHistorical);
  visit.set_load_mode(kap::v1::LOAD_MODE_LIVE);
  visit.mutable_visit()->clear_charges();
  EXPECT_FALSE(DecodeMessage(visit)->billable);
}

TEST(DecodeTest, HashFollowsTheContentAndNotTheOrderOfTheBytes) {
  const kap::v1::Record sample = SampleOutcome();
  kap::v1::Record content_only;
  *content_only.mutable_outcome() = sample.outcome();
  kap::v1::Record envelope = sample;
  envelope.clear_content();
  // Two messages one behind the other are one message, with its fields out of order.
  const std::string turned = content_only.SerializeAsString() + envelope.SerializeAsString();
  const auto one = DecodeMessage(sample);
  const auto other = DecodeBytes(turned);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(one->json, other->json);
  EXPECT_EQ(one->content_hash, other->content_hash);
  EXPECT_EQ(one->content_hash, Sha256Of(one->json));
}

TEST(DecodeTest, HashTellsPresenceFromAbsence) {
  kap::v1::Record sample = SampleScreening();
  const auto with_zero = DecodeMessage(sample)->content_hash;
  sample.mutable_screening()->clear_failed_antidepressant_trials();
  EXPECT_NE(DecodeMessage(sample)->content_hash, with_zero);
}

// Pinned: a stored hash must mean the same for ever.
TEST(DecodeTest, HashOfAKnownRecord) {
  EXPECT_EQ(HexOf(DecodeMessage(SampleOutcome())->content_hash),
            "a1d199f181de99783064c69ebec659856265eba00143bdf6e97b7c9b171ba0d2");
}

}  // namespace
}  // namespace kgw::record
