#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// Deliveries that wait for each other.
namespace kgw::store {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

RecordKey Nth(int n) { return KeyOf("Organization", absl::StrCat("ORG-", n)); }

void Put(Store& store, int n, const std::vector<int>& refers) {
  NewVersion intake = IntakeOf(Nth(n), "");
  for (const int other : refers) intake.references.push_back(Nth(other).name);
  ASSERT_TRUE(Commit(store, std::move(intake)).ok());
}

// Claims everything and holds what waits; the units that wait for nothing.
std::vector<Unit> HoldWhatWaits(Store& store) {
  std::vector<Unit> ready;
  for (;;) {
    auto units = Claim(store, kEhr, 100, kNow);
    EXPECT_TRUE(units.ok()) << units.status();
    if (!units.ok() || units->empty()) return ready;
    for (Unit& unit : *units) {
      if (unit.waits_for.empty()) {
        ready.push_back(std::move(unit));
        continue;
      }
      AttemptEnd end;
      end.state = DeliveryState::kHeld;
      end.waits_for = unit.waits_for;
      EXPECT_TRUE(EndAttempt(store, unit.key, end).ok());
    }
  }
}

void Deliver(Store& store, const Unit& unit) {
  EXPECT_TRUE(EndAttempt(store, unit.key, AttemptEnd()).ok());
}

DeliveryState StateOf(Store& store, int n) {
  auto rows = store.GetDeliveries(Nth(n));
  EXPECT_TRUE(rows.ok() && rows->size() == 1);
  return rows->at(0).state;
}

TEST_P(StoreContract, TheOldestOfACircleGoesBeforeTheOthers) {
  for (int n = 1; n <= 3; ++n) Put(*store_, n, {n % 3 + 1});
  std::vector<Unit> ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key.record, Nth(1));
  EXPECT_EQ(StateOf(*store_, 2), DeliveryState::kHeld);
  EXPECT_EQ(StateOf(*store_, 3), DeliveryState::kHeld);
  // One in flight is enough, however often somebody asks for another.
  ASSERT_TRUE(store_->RetryDelivery(To(Nth(3)), "now").ok());
  EXPECT_TRUE(HoldWhatWaits(*store_).empty());
  Reopen();
  ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key.record, Nth(1));
  Deliver(*store_, ready[0]);
  ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key.record, Nth(3));
  Deliver(*store_, ready[0]);
  ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  Deliver(*store_, ready[0]);
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, ACircleThatWaitsForSomethingElseIsNoDeadEnd) {
  Put(*store_, 1, {2});
  Put(*store_, 2, {1, 9});
  EXPECT_TRUE(HoldWhatWaits(*store_).empty());
  Reopen();
  EXPECT_TRUE(HoldWhatWaits(*store_).empty());
  // Held by a person: nobody goes round that.
  Put(*store_, 9, {});
  ASSERT_TRUE(store_->HoldDelivery(To(Nth(9)), "not now").ok());
  ASSERT_TRUE(store_->RetryDelivery(To(Nth(1)), "now").ok());
  EXPECT_TRUE(HoldWhatWaits(*store_).empty());
  ASSERT_TRUE(store_->RetryDelivery(To(Nth(9)), "now").ok());
  std::vector<Unit> ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  Deliver(*store_, ready[0]);
  ready = HoldWhatWaits(*store_);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key.record, Nth(1));
}

TEST_P(StoreContract, TwoCirclesWithARecordInCommonAreBrokenOnce) {
  Put(*store_, 1, {2});
  Put(*store_, 2, {1, 3});
  Put(*store_, 3, {2});
  for (const int expected : {1, 2, 3}) {
    std::vector<Unit> ready = HoldWhatWaits(*store_);
    ASSERT_EQ(ready.size(), 1u) << expected;
    Deliver(*store_, ready[0]);
  }
}

TEST_P(StoreContract, AnEndlessCircleIsNotFollowed) {
  constexpr int kMany = 40;
  for (int n = 1; n <= kMany; ++n) Put(*store_, n, {n % kMany + 1});
  EXPECT_TRUE(HoldWhatWaits(*store_).empty());
}

// Records that refer to each other at random, come in any order and are tried at any time.
class Tangle {
 public:
  // Record 0 is referred to and never comes, where `missing`. One lane for all, or one for each.
  Tangle(Store& store, unsigned seed, bool one_lane, bool missing)
      : store_(store), random_(seed), seed_(seed), one_lane_(one_lane) {
    const int count = Below(7) + 2;
    for (int n = 1; n <= count; ++n) {
      coming_.push_back(n);
      for (int left = Below(3); left > 0; --left) {
        const int other = missing && Below(6) == 0 ? 0 : Below(count) + 1;
        if (other != n) refers_[n].insert(other);
      }
    }
    std::shuffle(coming_.begin(), coming_.end(), random_);
    all_ = coming_;
  }

  void Run() {
    while (!coming_.empty()) {
      if (Below(2) == 0) {
        Come();
      } else {
        Try(Below(3) + 1);
      }
    }
    while (Try(100)) {
    }
    for (const int n : all_)
      EXPECT_EQ(delivered_.count(n) != 0, !Reaches(n, 0)) << seed_ << " " << n;
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  RecordKey Key(int n) const {
    return KeyOf("Organization", absl::StrCat(seed_, one_lane_ ? "a" : "b", "-", n));
  }
  int NumberOf(const RecordName& name) const {
    return std::stoi(name.id.substr(name.id.find('-') + 1));
  }
  bool Reaches(int from, int to) const {
    std::vector<int> seen = {from};
    for (size_t i = 0; i < seen.size(); ++i) {
      const auto refers = refers_.find(seen[i]);
      if (refers == refers_.end()) continue;
      for (const int next : refers->second) {
        if (next == to) return true;
        if (std::find(seen.begin(), seen.end(), next) == seen.end()) seen.push_back(next);
      }
    }
    return false;
  }
  void Come() {
    const int n = coming_.back();
    coming_.pop_back();
    NewVersion intake = IntakeOf(Key(n), "");
    if (one_lane_) intake.deliveries[0].lane = absl::StrCat("lane ", seed_);
    for (const int other : refers_[n]) intake.references.push_back(Key(other).name);
    ASSERT_TRUE(Commit(store_, std::move(intake)).ok());
  }
  bool Try(int limit) {
    auto units = Claim(store_, kEhr, limit, kNow);
    EXPECT_TRUE(units.ok()) << units.status();
    if (!units.ok() || units->empty() || ++tries_ > 1000) return false;
    std::shuffle(units->begin(), units->end(), random_);
    for (const Unit& unit : *units) End(unit);
    return true;
  }
  void End(const Unit& unit) {
    const int n = NumberOf(unit.key.record.name);
    AttemptEnd end;
    end.waits_for = unit.waits_for;
    if (!unit.waits_for.empty()) {
      end.state = DeliveryState::kHeld;
    } else {
      for (const int other : refers_[n]) {
        // Went before it: only where that one comes round to this one.
        EXPECT_TRUE(delivered_.count(other) != 0 || Reaches(other, n)) << seed_;
      }
      EXPECT_TRUE(delivered_.insert(n).second);
    }
    EXPECT_TRUE(EndAttempt(store_, unit.key, end).ok());
  }

  Store& store_;
  std::mt19937 random_;
  unsigned seed_;
  bool one_lane_;
  std::vector<int> coming_;
  std::vector<int> all_;
  std::map<int, std::set<int>> refers_;
  std::set<int> delivered_;
  int tries_ = 0;
};

TEST_P(StoreContract, WhateverRefersToWhatAllThatIsHereIsDelivered) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    Tangle(*store_, seed, /*one_lane=*/false, /*missing=*/seed % 2 == 0).Run();
  }
  for (unsigned seed = 1; seed <= 150; ++seed) {
    Tangle(*store_, seed, /*one_lane=*/true, /*missing=*/false).Run();
  }
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

}  // namespace
}  // namespace kgw::store
