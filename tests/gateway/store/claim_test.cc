#include <functional>
#include <map>
#include <string>

#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// Who is next when there is not room for all.
namespace kgw::store {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

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
    auto units = store.Claim(kEhr, 1, kNow);
    EXPECT_TRUE(units.ok() && units->size() == 1);
    if (!units.ok() || units->empty()) return count;
    ++count[kind(units->front())];
    EXPECT_TRUE(store.EndAttempt(units->front().key, {}).ok());
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
  auto tried = store_->Claim(kEhr, 12, kNow);
  ASSERT_TRUE(tried.ok() && tried->size() == 12);
  for (const Unit& unit : *tried) ASSERT_TRUE(store_->EndAttempt(unit.key, again).ok());
  const auto count = ClaimOneByOne(
      *store_, 12, [](const Unit& unit) { return unit.attempt > 1 ? "tried" : "new"; });
  EXPECT_EQ(count, (std::map<std::string, int>{{"tried", 6}, {"new", 6}}));
}

TEST_P(StoreContract, ADueTimeOfAnotherClockIsDueBesideOthersThatWait) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOfTenant(kTenant, i), absl::StrCat("P-", i))).ok());
  }
  auto units = store_->Claim(kEhr, 2, kNow);
  ASSERT_TRUE(units.ok() && units->size() == 2);
  AttemptEnd later;
  later.state = DeliveryState::kPending;
  later.next_due = kNow + absl::Minutes(5);
  ASSERT_TRUE(store_->EndAttempt(units->at(0).key, later).ok());
  later.next_due = kNow + absl::Hours(24 * 365);
  ASSERT_TRUE(store_->EndAttempt(units->at(1).key, later).ok());
  // While the near one waits for its time nothing is asked; when it is due, both are.
  auto both = store_->Claim(kEhr, 5, kNow + absl::Minutes(5), kNow + absl::Hours(48));
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->size(), 2u);
}

}  // namespace
}  // namespace kgw::store
