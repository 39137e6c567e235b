#include <atomic>
#include <chrono>
#include <future>

#include "tests/gateway/store/deliveries.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/store_contract_test.h"

// The operator's hand, the ends of deliveries and how they are counted.
namespace kgw::store {
namespace {

using absl::StatusCode;

// Records of a stream that were queued behind one that failed.
TEST_P(StoreContract, WhatIsWantedNoMoreIsNotKept) {
  NewVersion intake = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  intake.still_wanted = [] { return absl::AbortedError("one before it failed"); };
  EXPECT_EQ(Commit(*store_, intake).status().code(), StatusCode::kAborted);
  EXPECT_EQ(store_->GetRecord(intake.key).status().code(), StatusCode::kNotFound);
  intake.still_wanted = [] { return absl::OkStatus(); };
  EXPECT_EQ(Commit(*store_, intake)->verdict, PlacementVerdict::kStored);
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
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDead)).ok());
  EXPECT_EQ(EndAttempt(*store_, To(first), Ends(DeliveryState::kDead)).code(),
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
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDead)).ok());
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(second));
  // While the second is under way the first waits, then it goes before the third.
  ASSERT_TRUE(store_->RetryDelivery(To(first), "fixed").ok());
  EXPECT_TRUE(ClaimAll(*store_).empty());
  ASSERT_TRUE(EndAttempt(*store_, To(second), Ends(DeliveryState::kDelivered)).ok());
  ASSERT_EQ(ClaimAll(*store_).at(0).key, To(first));
  ASSERT_TRUE(EndAttempt(*store_, To(first), Ends(DeliveryState::kDead)).ok());
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
    ASSERT_TRUE(EndAttempt(*store_, To(key), Ends(ends[i])).ok());
  }
  NewVersion withheld = IntakeOf(KeyOf("Session", "S-9"), "P-9");
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
  NewVersion intake = IntakeOf(KeyOf("Session", "S-1"), "P-1");
  intake.deliveries.push_back({"archive", "Patient P-1", DeliveryState::kPending, ""});
  ASSERT_TRUE(Commit(*store_, intake).ok());
  ASSERT_EQ(ClaimAll(*store_).size(), 1u);
  auto archive = Claim(*store_, "archive", 5, kNow);
  ASSERT_EQ(archive->size(), 1u);
  ASSERT_TRUE(EndAttempt(*store_, archive->at(0).key, {}).ok());
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
