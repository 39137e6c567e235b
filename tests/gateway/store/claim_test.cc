#include <atomic>
#include <functional>
#include <map>
#include <string>

#include "tests/gateway/store/deliveries.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// Lanes and claims: what is given out, in which order, and who is next when there is no room for
// all.
namespace kgw::store {
namespace {

using absl::StatusCode;

TEST_P(StoreContract, AClaimBringsAllThatAConnectorNeeds) {
  const RecordKey key = KeyOf("Session", "S-1");
  NewVersion intake = IntakeOf(key, "P-1");
  intake.test_data = true;
  ASSERT_TRUE(Commit(*store_, intake).ok());
  const std::vector<Unit> units = ClaimAll(*store_);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].key, To(key));
  EXPECT_EQ(units[0].lane, "Patient P-1");
  EXPECT_EQ(units[0].attempt, 1);
  EXPECT_TRUE(units[0].test_data);
  ASSERT_EQ(units[0].resources.size(), 2u);
  EXPECT_EQ(units[0].resources[0].body, intake.resources[0].body);
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
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDelivered)).ok());
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
  later.error = {ErrorClass::kUnavailable, 503, "request-7", "come back later"};
  ASSERT_TRUE(EndAttempt(*store_, To(first), later).ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  EXPECT_EQ(NextDueOf(*store_, kEhr), later.next_due);
  Reopen();
  auto row = store_->GetDeliveries(first)->at(0);
  EXPECT_EQ(row.next_due, later.next_due);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.error.http_status, 503);
  EXPECT_EQ(row.error.request_id, "request-7");
  EXPECT_EQ(row.error.text, "come back later");
  auto units = Claim(*store_, kEhr, 5, later.next_due);
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
  ASSERT_TRUE(EndAttempt(*store_, To(old), later).ok());
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
  EXPECT_EQ(NextDueOf(*store_, kEhr), absl::InfiniteFuture());
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  EXPECT_LE(NextDueOf(*store_, kEhr), kNow);
  EXPECT_EQ(NextDueOf(*store_, "elsewhere"), absl::InfiniteFuture());
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

// A Session may name a Visit of the same patient that is recorded after it.
TEST_P(StoreContract, WhatTheHeadWaitsForInItsOwnLanePassesIt) {
  const RecordKey session = KeyOf("Session", "S-1");
  const RecordKey other = KeyOf("Session", "S-2");
  const RecordKey visit = KeyOf("Visit", "V-1");
  const RecordKey screening = KeyOf("Screening", "C-1");
  NewVersion intake = IntakeOf(session, "P-1");
  intake.references = {visit.name};
  auto hold = [&](const RecordKey& key, const RecordKey& waits_for) {
    const std::vector<Unit> units = ClaimAll(*store_);
    ASSERT_EQ(units.size(), 1u);
    ASSERT_EQ(units[0].key, To(key));
    AttemptEnd held = Ends(DeliveryState::kHeld);
    held.waits_for = {waits_for.name};
    ASSERT_TRUE(EndAttempt(*store_, To(key), held).ok());
  };
  auto deliver = [&](const RecordKey& key) {
    const std::vector<Unit> units = ClaimAll(*store_);
    ASSERT_EQ(units.size(), 1u);
    ASSERT_EQ(units[0].key, To(key));
    ASSERT_TRUE(EndAttempt(*store_, To(key), Ends(DeliveryState::kDelivered)).ok());
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
  ASSERT_TRUE(EndAttempt(*store_, To(screening), Ends(DeliveryState::kDead)).ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  ASSERT_TRUE(store_->RetryDelivery(To(screening), "fixed").ok());
  ASSERT_NO_FATAL_FAILURE(deliver(screening));
  ASSERT_NO_FATAL_FAILURE(deliver(visit));
  ASSERT_NO_FATAL_FAILURE(deliver(session));
  ASSERT_NO_FATAL_FAILURE(deliver(other));
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

RecordKey KeyOfTenant(const std::string& tenant, int i) {
  RecordKey key = KeyOf("Session", absl::StrCat("S-", i));
  key.name.tenant = tenant;
  return key;
}

// One place at a time, each claim ended at once.
std::map<std::string, int> ClaimOneByOne(Store& store, int claims,
                                         const std::function<std::string(const Unit&)>& kind) {
  std::map<std::string, int> count;
  for (int i = 0; i < claims; ++i) {
    auto units = Claim(store, kEhr, 1, kNow);
    EXPECT_TRUE(units.ok() && units->size() == 1);
    if (!units.ok() || units->empty()) return count;
    ++count[kind(units->front())];
    EXPECT_TRUE(EndAttempt(store, units->front().key, {}).ok());
  }
  return count;
}

TEST_P(StoreContract, TenantsTakeTurnsForOnePlace) {
  for (const char* tenant : {"a", "b", "c"}) {
    for (int i = 0; i < 12; ++i) {
      ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOfTenant(tenant, i), absl::StrCat("P-", i))).ok());
    }
  }
  const auto count =
      ClaimOneByOne(*store_, 12, [](const Unit& unit) { return unit.key.record.name.tenant; });
  EXPECT_EQ(count, (std::map<std::string, int>{{"a", 4}, {"b", 4}, {"c", 4}}));
}

TEST_P(StoreContract, WhatWasTriedBeforeAndWhatIsNewTakeTurnsForOnePlace) {
  for (int i = 0; i < 24; ++i) {
    ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOfTenant(kTenant, i), absl::StrCat("P-", i))).ok());
  }
  AttemptEnd again;
  again.state = DeliveryState::kPending;
  again.next_due = kNow - absl::Seconds(1);
  auto tried = Claim(*store_, kEhr, 12, kNow);
  ASSERT_TRUE(tried.ok() && tried->size() == 12);
  for (const Unit& unit : *tried) ASSERT_TRUE(EndAttempt(*store_, unit.key, again).ok());
  const auto count = ClaimOneByOne(
      *store_, 12, [](const Unit& unit) { return unit.attempt > 1 ? "tried" : "new"; });
  EXPECT_EQ(count, (std::map<std::string, int>{{"tried", 6}, {"new", 6}}));
}

TEST_P(StoreContract, ADueTimeOfAnotherClockIsDueBesideOthersThatWait) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOfTenant(kTenant, i), absl::StrCat("P-", i))).ok());
  }
  auto units = Claim(*store_, kEhr, 2, kNow);
  ASSERT_TRUE(units.ok() && units->size() == 2);
  AttemptEnd later;
  later.state = DeliveryState::kPending;
  later.next_due = kNow + absl::Minutes(5);
  ASSERT_TRUE(EndAttempt(*store_, units->at(0).key, later).ok());
  later.next_due = kNow + absl::Hours(24 * 365);
  ASSERT_TRUE(EndAttempt(*store_, units->at(1).key, later).ok());
  // While the near one waits for its time nothing is asked; when it is due, both are.
  auto both = Claim(*store_, kEhr, 5, kNow + absl::Minutes(5), kNow + absl::Hours(48));
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->size(), 2u);
}

}  // namespace
}  // namespace kgw::store
