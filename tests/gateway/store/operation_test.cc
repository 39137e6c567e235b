#include <atomic>
#include <chrono>
#include <future>

#include "absl/time/clock.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// Lanes, claims, the journal, and the operator's hand.
namespace kgw::store {
namespace {

using absl::StatusCode;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

std::vector<Unit> ClaimAll(Store& store, int limit = 100) {
  auto units = store.Claim(kEhr, limit, kNow);
  EXPECT_TRUE(units.ok()) << units.status();
  return units.ok() ? *std::move(units) : std::vector<Unit>();
}

DeliveryState StateOf(Store& store, const RecordKey& key) {
  auto rows = store.GetDeliveries(key);
  EXPECT_TRUE(rows.ok() && rows->size() == 1);
  return rows->at(0).state;
}

// The listener is told after the answer, by another thread.
template <typename Condition>
bool Within5s(Condition condition) {
  for (int i = 0; i < 5000 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(1));
  return condition();
}

AttemptEnd Ends(DeliveryState state) {
  AttemptEnd end;
  end.state = state;
  return end;
}

TEST_P(StoreContract, AClaimBringsAllThatAConnectorNeeds) {
  const RecordKey key = KeyOf("Session", "S-1");
  Intake intake = IntakeOf(key, "P-1");
  intake.test_data = true;
  ASSERT_TRUE(Commit(*store_, intake).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(key));
  EXPECT_EQ(units[0].lane, "Patient P-1");
  EXPECT_EQ(units[0].attempt, 1);
  EXPECT_TRUE(units[0].test_data);
  ASSERT_EQ(units[0].resources.size(), 2u);
  EXPECT_EQ(units[0].resources[0].json, intake.resources[0].json);
  EXPECT_TRUE(units[0].entries.empty() && units[0].remotes.empty() && units[0].withdrawn.empty());
  EXPECT_EQ(StateOf(*store_, key), DeliveryState::kInFlight);
  EXPECT_TRUE(ClaimAll(*store_).empty());
}

TEST_P(StoreContract, OneLaneGoesInCommitOrderOthersBesideIt) {
  const RecordKey first = KeyOf("Session", "S-9");
  const RecordKey second = KeyOf("Session", "S-1");
  const RecordKey other = KeyOf("Session", "S-5");
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(second, "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(other, "P-2")).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].key, To(first));
  EXPECT_EQ(units[1].key, To(other));
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDelivered)).ok());
  units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(second));
}

TEST_P(StoreContract, AClaimTakesNoMoreThanItsLimit) {
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(
        Commit(*store_, IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), absl::StrCat("P-", i)))
            .ok());
  }
  EXPECT_EQ(ClaimAll(*store_, 4).size(), 4u);
  EXPECT_EQ(ClaimAll(*store_, 4).size(), 4u);
  EXPECT_EQ(ClaimAll(*store_, 4).size(), 1u);
  EXPECT_EQ(ClaimAll(*store_, 0).size(), 0u);
}

TEST_P(StoreContract, LaterMeansNotBeforeAndTheLaneWaits) {
  const RecordKey first = KeyOf("Session", "S-1");
  const RecordKey second = KeyOf("Session", "S-2");
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(second, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  AttemptEnd later = Ends(DeliveryState::kPending);
  later.next_due = kNow + absl::Seconds(30);
  later.error = {"unavailable", 503, "request-7", "come back later"};
  ASSERT_TRUE(store_->EndAttempt(To(first), later).ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  EXPECT_EQ(*store_->NextDue(kEhr), later.next_due);
  Reopen();
  auto row = store_->GetDeliveries(first)->at(0);
  EXPECT_EQ(row.next_due, later.next_due);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.error.http_status, 503);
  EXPECT_EQ(row.error.request_id, "request-7");
  EXPECT_EQ(row.error.text, "come back later");
  auto units = store_->Claim(kEhr, 5, later.next_due);
  ASSERT_EQ(units->size(), 1u);
  EXPECT_EQ(units->at(0).key, To(first));
  EXPECT_EQ(units->at(0).attempt, 2);
}

TEST_P(StoreContract, RetriesAreNotStarvedByNewRecords) {
  const RecordKey old = KeyOf("Session", "old");
  ASSERT_TRUE(Commit(*store_, IntakeOf(old, "P-old")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  AttemptEnd later = Ends(DeliveryState::kPending);
  later.next_due = kNow - absl::Seconds(1);
  ASSERT_TRUE(store_->EndAttempt(To(old), later).ok());
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(
        Commit(*store_, IntakeOf(KeyOf("Session", absl::StrCat("S-", i)), absl::StrCat("P-", i)))
            .ok());
  }
  std::vector<Unit> units = ClaimAll(*store_, 2);
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].key, To(old));
}

TEST_P(StoreContract, NothingDueIsTheInfiniteFuture) {
  EXPECT_EQ(*store_->NextDue(kEhr), absl::InfiniteFuture());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  EXPECT_LE(*store_->NextDue(kEhr), kNow);
  EXPECT_EQ(*store_->NextDue("elsewhere"), absl::InfiniteFuture());
}

TEST_P(StoreContract, WhatIsInFlightWhenTheProcessEndsIsPendingAgain) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string reference = ReferenceTo(key, "P-1", "Encounter");
  ASSERT_TRUE(store_->JournalEntries(To(key), {{reference, "intended", "", ""}}).ok());
  Reopen();
  EXPECT_EQ(StateOf(*store_, key), DeliveryState::kPending);
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].attempt, 2);
  ASSERT_EQ(units[0].entries.size(), 1u);
  EXPECT_EQ(units[0].entries[0].resource, reference);
  EXPECT_EQ(units[0].entries[0].state, "intended");
}

TEST_P(StoreContract, AnInterruptedOldVersionGivesWayAndLeavesItsIntent) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  const RecordKey second = KeyOf("Session", "S-1", 2);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string reference = ReferenceTo(first, "P-1", "Encounter");
  ASSERT_TRUE(store_->JournalEntries(To(first), {{reference, "intended", "", ""}}).ok());
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
  ASSERT_TRUE(store_->JournalEntries(To(first), {{pressure, "intended", "", ""}}).ok());
  Intake without = IntakeOf(second, "P-1");
  const Resource gone = without.resources.back();
  without.resources.pop_back();
  ASSERT_TRUE(Commit(*store_, without).ok());
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kPending)).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].withdrawn[0].id, gone.id);
  EXPECT_EQ(units[0].entries.at(0).state, "intended");
  // Nothing was there: the third hears no more of it.
  ASSERT_TRUE(store_->JournalEntries(To(second), {{pressure, "unsupported", "", ""}}).ok());
  ASSERT_TRUE(store_->EndAttempt(To(second), Ends(DeliveryState::kDelivered)).ok());
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
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kPending)).ok());
  EXPECT_EQ(StateOf(*store_, first), DeliveryState::kCancelled);
  EXPECT_EQ(ClaimAll(*store_).at(0).key.record.version, 2);
}

TEST_P(StoreContract, TheJournalLastsAndNewerResultsReplaceOlder) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  const std::string encounter = ReferenceTo(key, "P-1", "Encounter");
  const std::string pressure = ReferenceTo(key, "P-1", "Observation/bp/1");
  ASSERT_TRUE(store_->JournalEntries(To(key), {{encounter, "intended", "", ""}}).ok());
  ASSERT_TRUE(store_->JournalEntries(To(key), {{encounter, "delivered", "Encounter/7", "1"}}).ok());
  ASSERT_TRUE(
      store_->JournalEntries(To(key), {{pressure, "delivered", "Observation/8", "1"}}).ok());
  ASSERT_TRUE(store_->JournalError(To(key), {"unavailable", 502, "r", "gone"}).ok());
  Reopen();
  auto row = store_->GetDeliveries(key)->at(0);
  ASSERT_EQ(row.entries.size(), 2u);
  EXPECT_EQ(row.entries[0].remote, "Encounter/7");
  EXPECT_EQ(row.entries[1].remote, "Observation/8");
  EXPECT_EQ(store_->JournalEntries(To(KeyOf("Session", "S-2")), {}).code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->JournalError(To(key, "other"), {}).code(), StatusCode::kNotFound);
}

TEST_P(StoreContract, ALateResultIsKeptAndKnownToTheNextVersion) {
  const RecordKey first = KeyOf("Session", "S-1", 1);
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDead)).ok());
  const std::string encounter = ReferenceTo(first, "P-1", "Encounter");
  ASSERT_TRUE(
      store_->JournalEntries(To(first), {{encounter, "delivered", "Encounter/7", "1"}}).ok());
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
  ASSERT_TRUE(store_
                  ->JournalEntries(To(first), {{encounter, "delivered", "Encounter/7", "1"},
                                               {pressure, "delivered", "Observation/8", "1"}})
                  .ok());
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDelivered)).ok());
  // The second version has lost its blood pressure.
  const RecordKey second = KeyOf("Session", "S-1", 2);
  Intake intake = IntakeOf(second, "P-1");
  const Resource lost = intake.resources.back();
  intake.resources.pop_back();
  ASSERT_TRUE(Commit(*store_, intake).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].remotes.at(encounter).remote_version, "1");
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].withdrawn[0].json, lost.json);
  ASSERT_TRUE(store_
                  ->JournalEntries(To(second), {{encounter, "delivered", "Encounter/7", "2"},
                                                {pressure, "delivered", "Observation/8", "2"}})
                  .ok());
  ASSERT_TRUE(store_->EndAttempt(To(second), Ends(DeliveryState::kDelivered)).ok());
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
  ASSERT_TRUE(store_->JournalEntries(To(first), {{old, "delivered", "Encounter/7", "1"}}).ok());
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDelivered)).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(second));
  ASSERT_EQ(units[0].withdrawn.size(), 1u);
  EXPECT_EQ(units[0].remotes.at(old).remote, "Encounter/7");
  // With nothing under way a record goes in the lane of its patient.
  ASSERT_TRUE(store_->EndAttempt(To(second), Ends(DeliveryState::kDelivered)).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 3), "P-3")).ok());
  EXPECT_EQ(ClaimAll(*store_).at(0).lane, "Patient P-3");
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, ReferencesAreResolvedPerDestination) {
  const RecordKey practitioner = KeyOf("Practitioner", "T-1");
  const RecordKey session = KeyOf("Session", "S-1");
  Intake intake = IntakeOf(session, "P-1");
  intake.references = {practitioner.name, KeyOf("Organization", "O-1").name};
  ASSERT_TRUE(Commit(*store_, intake).ok());
  std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].waits_for, intake.references);
  AttemptEnd held = Ends(DeliveryState::kHeld);
  held.waits_for = units[0].waits_for;
  ASSERT_TRUE(store_->EndAttempt(To(session), held).ok());
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
      store_->JournalEntries(To(practitioner), {{ours, "linked", "Encounter/77", ""}}).ok());
  const int before = told;
  ASSERT_TRUE(store_->EndAttempt(To(practitioner), Ends(DeliveryState::kDelivered)).ok());
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
  Intake intake = IntakeOf(session, "P-1");
  intake.references = {practitioner.name};
  ASSERT_TRUE(Commit(*store_, intake).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(practitioner, "")).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(store_->EndAttempt(To(practitioner), Ends(DeliveryState::kDelivered)).ok());
  AttemptEnd held = Ends(DeliveryState::kHeld);
  held.waits_for = units[0].waits_for;
  ASSERT_TRUE(store_->EndAttempt(To(session), held).ok());
  EXPECT_EQ(StateOf(*store_, session), DeliveryState::kPending);
}

TEST_P(StoreContract, AListenerThatWasTakenAwayRunsNoMore) {
  std::promise<void> runs;
  std::promise<void> go_on;
  store_->OnDeliveriesDue([&] {
    runs.set_value();
    go_on.get_future().wait();
  });
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  runs.get_future().wait();
  auto taken = std::async(std::launch::async, [&] { store_->OnDeliveriesDue(nullptr); });
  EXPECT_EQ(taken.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  go_on.set_value();
  taken.get();
}

// Records of a stream that were queued behind one that failed.
TEST_P(StoreContract, WhatIsWantedNoMoreIsNotKept) {
  Intake intake = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  intake.still_wanted = [] { return absl::AbortedError("one before it failed"); };
  EXPECT_EQ(Commit(*store_, intake).status().code(), StatusCode::kAborted);
  EXPECT_EQ(store_->GetRecord(intake.key).status().code(), StatusCode::kNotFound);
  intake.still_wanted = [] { return absl::OkStatus(); };
  EXPECT_EQ(Commit(*store_, intake)->verdict, IntakeVerdict::kStored);
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

// A Session may name a Visit of the same patient that is recorded after it.
TEST_P(StoreContract, WhatTheHeadWaitsForInItsOwnLanePassesIt) {
  const RecordKey session = KeyOf("Session", "S-1");
  const RecordKey other = KeyOf("Session", "S-2");
  const RecordKey visit = KeyOf("Visit", "V-1");
  const RecordKey screening = KeyOf("Screening", "C-1");
  Intake intake = IntakeOf(session, "P-1");
  intake.references = {visit.name};
  auto hold = [&](const RecordKey& key, const RecordKey& waits_for) {
    const std::vector<Unit> units = ClaimAll(*store_);
    ASSERT_EQ(units.size(), 1u);
    ASSERT_EQ(units[0].key, To(key));
    AttemptEnd held = Ends(DeliveryState::kHeld);
    held.waits_for = {waits_for.name};
    ASSERT_TRUE(store_->EndAttempt(To(key), held).ok());
  };
  auto deliver = [&](const RecordKey& key) {
    const std::vector<Unit> units = ClaimAll(*store_);
    ASSERT_EQ(units.size(), 1u);
    ASSERT_EQ(units[0].key, To(key));
    ASSERT_TRUE(store_->EndAttempt(To(key), Ends(DeliveryState::kDelivered)).ok());
  };
  ASSERT_TRUE(Commit(*store_, intake).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(other, "P-1")).ok());
  ASSERT_NO_FATAL_FAILURE(hold(session, visit));
  EXPECT_TRUE(ClaimAll(*store_).empty());  // the other must not pass
  // It comes while the head waits, and waits itself for one that is behind it already.
  ASSERT_TRUE(Commit(*store_, IntakeOf(screening, "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(visit, "P-1")).ok());
  ASSERT_NO_FATAL_FAILURE(hold(visit, screening));
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(screening));
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
  ASSERT_TRUE(store_->EndAttempt(To(screening), Ends(DeliveryState::kDead)).ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  ASSERT_TRUE(store_->RetryDelivery(To(screening), "fixed").ok());
  ASSERT_NO_FATAL_FAILURE(deliver(screening));
  ASSERT_NO_FATAL_FAILURE(deliver(visit));
  ASSERT_NO_FATAL_FAILURE(deliver(session));
  ASSERT_NO_FATAL_FAILURE(deliver(other));
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, AnOperatorRetriesCancelsAndHolds) {
  const RecordKey first = KeyOf("Session", "S-1");
  const RecordKey second = KeyOf("Session", "S-2");
  ASSERT_TRUE(Commit(*store_, IntakeOf(first, "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(second, "P-1")).ok());
  ASSERT_TRUE(store_->HoldDelivery(To(first), "the clinic asked").ok());
  EXPECT_EQ(store_->GetDeliveries(first)->at(0).error.text, "the clinic asked");
  EXPECT_TRUE(ClaimAll(*store_).empty());  // a held head blocks its lane
  EXPECT_EQ(store_->HoldDelivery(To(first), "again").code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(store_->RetryDelivery(To(first), "go on").ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  for (const absl::Status& status :
       {store_->RetryDelivery(To(first), ""), store_->CancelDelivery(To(first), ""),
        store_->HoldDelivery(To(first), "")}) {
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << "in flight";
  }
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDead)).ok());
  EXPECT_EQ(store_->EndAttempt(To(first), Ends(DeliveryState::kDead)).code(),
            StatusCode::kFailedPrecondition);
  ASSERT_TRUE(store_->CancelDelivery(To(second), "not needed").ok());
  EXPECT_EQ(store_->RetryDelivery(To(second), "").code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(store_->RetryDelivery(To(first), "fixed").ok());
  EXPECT_EQ(ClaimAll(*store_).size(), 1u);
  EXPECT_EQ(store_->RetryDelivery(To(KeyOf("Session", "S-3")), "").code(), StatusCode::kNotFound);
}

TEST_P(StoreContract, ARevivedDeliveryStepsBackToItsPlaceInTheLane) {
  const RecordKey first = KeyOf("Session", "S-1");
  const RecordKey second = KeyOf("Session", "S-2");
  const RecordKey third = KeyOf("Session", "S-3");
  for (const RecordKey& key : {first, second, third}) {
    ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  }
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDead)).ok());
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(second));
  // While the second is under way the first waits, then it goes before the third.
  ASSERT_TRUE(store_->RetryDelivery(To(first), "fixed").ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  ASSERT_TRUE(store_->EndAttempt(To(second), Ends(DeliveryState::kDelivered)).ok());
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(first));
  ASSERT_TRUE(store_->EndAttempt(To(first), Ends(DeliveryState::kDead)).ok());
  ASSERT_TRUE(store_->RetryDelivery(To(first), "once more").ok());
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(first));
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, EveryEndIsCountedWhereItEnded) {
  const std::vector<DeliveryState> ends = {DeliveryState::kDelivered, DeliveryState::kDead,
                                           DeliveryState::kUnsupported, DeliveryState::kHeld};
  for (size_t i = 0; i < ends.size(); ++i) {
    const RecordKey key = KeyOf("Session", absl::StrCat("S-", i));
    ASSERT_TRUE(Commit(*store_, IntakeOf(key, absl::StrCat("P-", i))).ok());
    ASSERT_EQ(ClaimAll(*store_).size(), 1u);
    ASSERT_TRUE(store_->EndAttempt(To(key), Ends(ends[i])).ok());
  }
  Intake withheld = IntakeOf(KeyOf("Session", "S-9"), "P-9");
  withheld.deliveries[0].state = DeliveryState::kWithheld;
  withheld.deliveries[0].why = "its purpose is not treatment";
  ASSERT_TRUE(Commit(*store_, withheld).ok());
  EXPECT_EQ(store_->GetDeliveries(withheld.key)->at(0).error.text, "its purpose is not treatment");
  auto ledger = store_->CheckLedger(kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_TRUE(ledger->agrees);
  EXPECT_EQ(ledger->deliveries["created"], 5);
  for (const char* state : {"delivered", "dead", "unsupported", "held", "withheld"}) {
    EXPECT_EQ(ledger->by_destination[kEhr][state], 1) << state;
  }
  auto depths = store_->Depths();
  ASSERT_TRUE(depths.ok());
  ASSERT_EQ(depths->size(), 1u);
  EXPECT_EQ(depths->at(0).held, 1);
  EXPECT_EQ(depths->at(0).dead, 1);
  EXPECT_LT(depths->at(0).oldest, absl::InfiniteFuture());
  EXPECT_EQ(store_->ListDeliveries({.tenant = kTenant, .state = DeliveryState::kDead})->rows.size(),
            1u);
}

TEST_P(StoreContract, OneRecordToSeveralDestinations) {
  Intake intake = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  intake.deliveries.push_back({"archive", "Patient P-1", DeliveryState::kPending, ""});
  ASSERT_TRUE(Commit(*store_, intake).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  auto archive = store_->Claim("archive", 5, kNow);
  ASSERT_EQ(archive->size(), 1u);
  ASSERT_TRUE(store_->EndAttempt(archive->at(0).key, {}).ok());
  EXPECT_EQ(store_->GetDeliveries(intake.key)->at(0).state, DeliveryState::kInFlight);
  EXPECT_EQ(store_->GetDeliveries(intake.key)->at(1).state, DeliveryState::kDelivered);
  EXPECT_EQ(store_->Depths()->size(), 2u);
}

TEST_P(StoreContract, DepthsOfSomeTenantsCountNoOthers) {
  RecordKey other = KeyOf("Session", "S-1");
  other.name.tenant = "other-clinic";
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-2"), "P-2")).ok());
  ASSERT_TRUE(Commit(*store_, IntakeOf(other, "P-1")).ok());
  auto pending = [&](const std::vector<std::string>& tenants) {
    int64_t sum = 0;
    const auto depths = store_->DepthsOf(tenants);
    EXPECT_TRUE(depths.ok()) << depths.status();
    for (const DestinationDepth& each : *depths) sum += each.pending;
    return sum;
  };
  EXPECT_EQ(pending({kTenant}), 2);
  EXPECT_EQ(pending({"other-clinic"}), 1);
  EXPECT_EQ(pending({"other-clinic", kTenant}), 3);
  EXPECT_EQ(pending({"nobody"}), 0);
  EXPECT_EQ(pending({}), 0);
  EXPECT_EQ(store_->Depths()->at(0).pending, 3);
}

}  // namespace
}  // namespace kgw::store
