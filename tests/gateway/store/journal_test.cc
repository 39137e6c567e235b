#include <string>

#include "tests/gateway/store/deliveries.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// What attempts write down, and what the next attempt and the next version know of it.
namespace kgw::store {
namespace {

using absl::StatusCode;

TEST_P(StoreContract, WhatIsInFlightWhenTheProcessEndsIsPendingAgain) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string reference = ReferenceTo(key, "P-1", "Encounter");
  ASSERT_TRUE(JournalEntries(*store_, To(key), {{reference, EntryState::kIntended, "", ""}}).ok());
  Reopen();
  EXPECT_EQ(StateOf(*store_, key), DeliveryState::kPending);
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].attempt, 2);
  ASSERT_EQ(units[0].entries.size(), 1u);
  EXPECT_EQ(units[0].entries[0].resource, reference);
  EXPECT_EQ(units[0].entries[0].state, EntryState::kIntended);
}

TEST_P(StoreContract, AnInterruptedOldVersionGivesWayAndLeavesItsIntent) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  const RecordKey second = KeyOf("Session", "S-1", 2);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string reference = ReferenceTo(first, "P-1", "Encounter");
  ASSERT_TRUE(
      JournalEntries(*store_, To(first), {{reference, EntryState::kIntended, "", ""}}).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(second, "P-1")).ok());
  EXPECT_EQ(StateOf(*store_, first), DeliveryState::kInFlight);
  Reopen();
  EXPECT_EQ(StateOf(*store_, first), DeliveryState::kCancelled);
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(second));
  ASSERT_EQ(units[0].entries.size(), 1u);
  EXPECT_EQ(units[0].entries[0].resource, reference);
}

TEST_P(StoreContract, WhatAnOldVersionIntendedAndTheNewOneHasNotIsWithdrawn) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  const RecordKey second = KeyOf("Session", "S-1", 2);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string pressure = ReferenceTo(first, "P-1", "Observation/bp/1");
  ASSERT_TRUE(JournalEntries(*store_, To(first), {{pressure, EntryState::kIntended, "", ""}}).ok());
  NewVersion without = IntakeOf(second, "P-1");
  const Resource gone = without.resources.back();
  without.resources.pop_back();
  ASSERT_TRUE(Commit(*store_, without).ok());
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kPending)).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].withdrawn[0].id, gone.id);
  EXPECT_EQ(units[0].entries.at(0).state, EntryState::kIntended);
  // Nothing was there: the third hears no more of it.
  ASSERT_TRUE(
      JournalEntries(*store_, To(second), {{pressure, EntryState::kUnsupported, "", ""}}).ok());
  ASSERT_TRUE(EndAttempt(*store_, To(second), Ends(DeliveryState::kDelivered)).ok());
  without.key.version = 3;
  ASSERT_TRUE(Commit(*store_, without).ok());
  units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_TRUE(units[0].withdrawn.empty() && units[0].entries.empty());
}

TEST_P(StoreContract, AnEndAfterANewerVersionDoesNotComeBack) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 2), "P-1")).ok());
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kPending)).ok());
  EXPECT_EQ(StateOf(*store_, first), DeliveryState::kCancelled);
  EXPECT_EQ(ClaimAll(*store_).at(0).key.record.version, 2);
}

TEST_P(StoreContract, TheJournalLastsAndNewerResultsReplaceOlder) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string encounter = ReferenceTo(key, "P-1", "Encounter");
  const std::string pressure = ReferenceTo(key, "P-1", "Observation/bp/1");
  ASSERT_TRUE(JournalEntries(*store_, To(key), {{encounter, EntryState::kIntended, "", ""}}).ok());
  ASSERT_TRUE(
      JournalEntries(*store_, To(key), {{encounter, EntryState::kDelivered, "Encounter/7", "1"}})
          .ok());
  ASSERT_TRUE(
      JournalEntries(*store_, To(key), {{pressure, EntryState::kDelivered, "Observation/8", "1"}})
          .ok());
  ASSERT_TRUE(JournalError(*store_, To(key), {ErrorClass::kUnavailable, 502, "r", "gone"}).ok());
  Reopen();
  auto row = store_->GetDeliveries(key)->at(0);
  ASSERT_EQ(row.entries.size(), 2u);
  EXPECT_EQ(row.entries[0].remote, "Encounter/7");
  EXPECT_EQ(row.entries[1].remote, "Observation/8");
  EXPECT_EQ(JournalEntries(*store_, To(KeyOf("Session", "S-2")), {}).code(), StatusCode::kNotFound);
  EXPECT_EQ(JournalError(*store_, To(key, "other"), {}).code(), StatusCode::kNotFound);
}

TEST_P(StoreContract, ALateResultIsKeptAndKnownToTheNextVersion) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDead)).ok());
  const std::string encounter = ReferenceTo(first, "P-1", "Encounter");
  ASSERT_TRUE(
      JournalEntries(*store_, To(first), {{encounter, EntryState::kDelivered, "Encounter/7", "1"}})
          .ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 2), "P-1")).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  ASSERT_EQ(units[0].remotes.count(encounter), 1u);
  EXPECT_EQ(units[0].remotes.at(encounter).remote, "Encounter/7");
}

TEST_P(StoreContract, ANewVersionKnowsWhatLiesThereAndWhatToWithdraw) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string encounter = ReferenceTo(first, "P-1", "Encounter");
  const std::string pressure = ReferenceTo(first, "P-1", "Observation/bp/1");
  ASSERT_TRUE(JournalEntries(*store_, To(first),
                             {{encounter, EntryState::kDelivered, "Encounter/7", "1"},
                              {pressure, EntryState::kDelivered, "Observation/8", "1"}})
                  .ok());
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDelivered)).ok());
  // The second version has lost its blood pressure.
  const RecordKey second = KeyOf("Session", "S-1", 2);
  NewVersion intake = IntakeOf(second, "P-1");
  const Resource lost = intake.resources.back();
  intake.resources.pop_back();
  ASSERT_TRUE(Commit(*store_, intake).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].remotes.at(encounter).remote_version, "1");
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].withdrawn[0].body, lost.body);
  ASSERT_TRUE(JournalEntries(*store_, To(second),
                             {{encounter, EntryState::kDelivered, "Encounter/7", "2"},
                              {pressure, EntryState::kDelivered, "Observation/8", "2"}})
                  .ok());
  ASSERT_TRUE(EndAttempt(*store_, To(second), Ends(DeliveryState::kDelivered)).ok());
  // The third has it neither; there is nothing left to withdraw.
  intake.key.version = 3;
  intake.content_hash[0] ^= 1;
  ASSERT_TRUE(Commit(*store_, intake).ok());
  units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_TRUE(units[0].withdrawn.empty());
  EXPECT_EQ(units[0].remotes.at(encounter).remote_version, "2");
}

TEST_P(StoreContract, ARecordThatMovesToAnotherPatientFollowsWhatIsUnderWay) {
  const RecordKey first = KeyOf("Session", "S-1");
  const RecordKey second = KeyOf("Session", "S-1", 2);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(second, "P-2")).ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  const std::string old = ReferenceTo(first, "P-1", "Encounter");
  ASSERT_TRUE(
      JournalEntries(*store_, To(first), {{old, EntryState::kDelivered, "Encounter/7", "1"}}).ok());
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDelivered)).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(second));
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].remotes.at(old).remote, "Encounter/7");
  // With nothing under way a record goes in the lane of its patient.
  ASSERT_TRUE(EndAttempt(*store_, To(second), Ends(DeliveryState::kDelivered)).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 3), "P-3")).ok());
  EXPECT_EQ(ClaimAll(*store_).at(0).lane, "Patient P-3");
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, ReferencesAreResolvedPerDestination) {
  const RecordKey practitioner = KeyOf("Practitioner", "T-1");
  const RecordKey session = KeyOf("Session", "S-1");
  NewVersion intake = IntakeOf(session, "P-1");
  intake.references = {practitioner.name, KeyOf("Organization", "O-1").name};
  ASSERT_TRUE(Commit(*store_, intake).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].waits_for, intake.references);
  AttemptEnd held = Ends(DeliveryState::kHeld);
  held.waits_for = units[0].waits_for;
  ASSERT_TRUE(EndAttempt(*store_, To(session), held).ok());
  EXPECT_EQ(StateOf(*store_, session), DeliveryState::kHeld);
  EXPECT_TRUE(ClaimAll(*store_).empty());

  std::atomic<int> told{0};
  store_->OnDeliveriesDue([&] { ++told; });
  ASSERT_TRUE(Commit(*store_, IntakeOf(practitioner, "")).ok());
  EXPECT_TRUE(Within5s([&] { return told >= 1; }));
  units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].lane, "Practitioner T-1");
  const std::string ours = ReferenceTo(practitioner, "", "Encounter");
  ASSERT_TRUE(
      JournalEntries(*store_, To(practitioner), {{ours, EntryState::kLinked, "Encounter/77", ""}})
          .ok());
  const int before = told;
  ASSERT_TRUE(EndAttempt(*store_, To(practitioner), Ends(DeliveryState::kDelivered)).ok());
  EXPECT_TRUE(Within5s([&] { return told > before; }));
  EXPECT_EQ(StateOf(*store_, session), DeliveryState::kPending);
  units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].remotes.at(ours).remote, "Encounter/77");
  EXPECT_EQ(units[0].waits_for, std::vector<RecordName>{KeyOf("Organization", "O-1").name});
  store_->OnDeliveriesDue(nullptr);
}

TEST_P(StoreContract, WhatArrivedDuringTheAttemptIsNotWaitedFor) {
  const RecordKey practitioner = KeyOf("Practitioner", "T-1");
  const RecordKey session = KeyOf("Session", "S-1");
  NewVersion intake = IntakeOf(session, "P-1");
  intake.references = {practitioner.name};
  ASSERT_TRUE(Commit(*store_, intake).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(practitioner, "")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(EndAttempt(*store_, To(practitioner), Ends(DeliveryState::kDelivered)).ok());
  AttemptEnd held = Ends(DeliveryState::kHeld);
  held.waits_for = units[0].waits_for;
  ASSERT_TRUE(EndAttempt(*store_, To(session), held).ok());
  EXPECT_EQ(StateOf(*store_, session), DeliveryState::kPending);
}

}  // namespace
}  // namespace kgw::store
