#include "tests/gateway/store/deliveries.h"
#include "tests/gateway/store/store_contract_test.h"

// Several processes on one store: whose a delivery is, until when, and what is refused.
namespace kgw::store {
namespace {

using absl::StatusCode;

constexpr absl::Duration kLease = absl::Minutes(10);

Claimed ClaimAs(Store& store, std::string owner, absl::Time now, int limit = 10) {
  auto claimed = store.Claim({.destination = kEhr,
                              .owner = std::move(owner),
                              .limit = limit,
                              .now = now,
                              .lease = kLease});
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return claimed.ok() ? *std::move(claimed) : Claimed();
}

TEST_P(StoreContract, AClaimSaysWhoseItIsAndUntilWhen) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  const Claimed claimed = ClaimAs(*store_, "one", kNow);
  ASSERT_EQ(claimed.units.size(), 1u);
  const HeldClaim& claim = claimed.units[0].claim;
  EXPECT_EQ(claim.owner, "one");
  EXPECT_EQ(claim.lease_until, kNow + kLease);
  EXPECT_GT(claim.token, 0);
  EXPECT_EQ(store_->GetDeliveries(KeyOf("Session", "S-1"))->at(0).token, claim.token);
}

TEST_P(StoreContract, AClaimWithoutAnOwnerIsRefused) {
  EXPECT_EQ(
      store_->Claim({.destination = kEhr, .owner = "", .limit = 1, .now = kNow}).status().code(),
      StatusCode::kInvalidArgument);
}

TEST_P(StoreContract, NobodyElseClaimsWhatIsLeasedAndTheyHearUntilWhen) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  ASSERT_EQ(ClaimAs(*store_, "one", kNow).units.size(), 1u);
  const Claimed other = ClaimAs(*store_, "two", kNow + kLease - absl::Microseconds(1));
  EXPECT_TRUE(other.units.empty());
  EXPECT_EQ(other.next_due, kNow + kLease);
  // The owner itself waits for nothing.
  EXPECT_EQ(ClaimAs(*store_, "one", kNow).next_due, absl::InfiniteFuture());
}

TEST_P(StoreContract, AnotherOwnerClaimsItOnceTheLeaseHasEnded) {
  const RecordKey key = KeyOf("Session", "S-1");
  ASSERT_TRUE(Commit(*store_, IntakeOf(key, "P-1")).ok());
  const Claimed first = ClaimAs(*store_, "one", kNow);
  ASSERT_EQ(first.units.size(), 1u);
  const int64_t old = first.units[0].claim.token;
  const std::string reference = ReferenceTo(key, "P-1", "Encounter");
  ASSERT_TRUE(
      store_->JournalEntries(To(key), old, {{reference, EntryState::kIntended, "", ""}}).ok());
  const Claimed second = ClaimAs(*store_, "two", kNow + kLease);
  ASSERT_EQ(second.units.size(), 1u);
  const Unit& unit = second.units[0];
  EXPECT_EQ(unit.claim.owner, "two");
  EXPECT_GT(unit.claim.token, old);
  EXPECT_EQ(unit.attempt, 2);
  // What the first perhaps made is known to the second.
  ASSERT_EQ(unit.entries.size(), 1u);
  EXPECT_EQ(unit.entries[0].state, EntryState::kIntended);

  // The first comes back too late, and changes nothing any more.
  EXPECT_EQ(
      store_->JournalEntries(To(key), old, {{reference, EntryState::kDelivered, "E/1", ""}}).code(),
      StatusCode::kFailedPrecondition);
  EXPECT_EQ(store_->JournalError(To(key), old, {ErrorClass::kTimeout, 0, "", "x"}).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(store_->EndAttempt(To(key), old, Ends(DeliveryState::kDead)).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(StateOf(*store_, key), DeliveryState::kInFlight);
  EXPECT_TRUE(store_->EndAttempt(To(key), unit.claim.token, Ends(DeliveryState::kDelivered)).ok());
  EXPECT_EQ(StateOf(*store_, key), DeliveryState::kDelivered);
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, AnOwnerNeverClaimsItsOwnRunningAttemptAgain) {
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1"), "P-1")).ok());
  const Claimed claimed = ClaimAs(*store_, "one", kNow);
  ASSERT_EQ(claimed.units.size(), 1u);
  EXPECT_TRUE(ClaimAs(*store_, "one", kNow + 10 * kLease).units.empty());
  // Its lease is over, but nobody has taken it: its end is still taken.
  EXPECT_TRUE(store_
                  ->EndAttempt(claimed.units[0].key, claimed.units[0].claim.token,
                               Ends(DeliveryState::kDelivered))
                  .ok());
}

TEST_P(StoreContract, AnOwnerThatStartsAgainTakesItsOwnBackAtOnce) {
  const RecordKey mine = KeyOf("Session", "S-1");
  const RecordKey theirs = KeyOf("Session", "S-2");
  ASSERT_TRUE(Commit(*store_, IntakeOf(mine, "P-1")).ok());
  ASSERT_EQ(ClaimAs(*store_, "one", kNow).units.size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(theirs, "P-2")).ok());
  ASSERT_EQ(ClaimAs(*store_, "two", kNow).units.size(), 1u);
  ASSERT_TRUE(store_->TakeBack("one").ok());
  EXPECT_EQ(StateOf(*store_, mine), DeliveryState::kPending);
  EXPECT_EQ(StateOf(*store_, theirs), DeliveryState::kInFlight);
  const Claimed again = ClaimAs(*store_, "one", kNow);
  ASSERT_EQ(again.units.size(), 1u);
  EXPECT_EQ(again.units[0].key, To(mine));
  EXPECT_EQ(again.units[0].last.error_class, ErrorClass::kInterrupted);
  EXPECT_TRUE(store_->TakeBack("nobody").ok());
  EXPECT_TRUE(store_->CheckLedger(kTenant)->agrees);
}

TEST_P(StoreContract, ALeaseThatEndsDoesNotReviveWhatANewerVersionReplaced) {
  const RecordKey old = KeyOf("Session", "S-1", 1);
  ASSERT_TRUE(Commit(*store_, IntakeOf(old, "P-1")).ok());
  ASSERT_EQ(ClaimAs(*store_, "one", kNow).units.size(), 1u);
  ASSERT_TRUE(Commit(*store_, IntakeOf(KeyOf("Session", "S-1", 2), "P-1", "changed")).ok());
  const Claimed later = ClaimAs(*store_, "two", kNow + kLease);
  ASSERT_EQ(later.units.size(), 1u);
  EXPECT_EQ(later.units[0].key, To(KeyOf("Session", "S-1", 2)));
  EXPECT_EQ(StateOf(*store_, old), DeliveryState::kCancelled);
}

}  // namespace
}  // namespace kgw::store
