#include "gateway/store/rules/versions.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

TEST(Versions, TheFirstMappedOneIsTheNewestAndDelivers) {
  const VersionOutcome outcome = PlaceVersion({}, 3, RecordState::kMapped, false);
  EXPECT_EQ(outcome.state, RecordState::kMapped);
  EXPECT_EQ(outcome.after, (History{3, 3, false}));
  EXPECT_TRUE(outcome.delivers);
  EXPECT_EQ(outcome.replaces, 0);
  EXPECT_FALSE(outcome.feed.has_value());
}

TEST(Versions, ANewerMappedOneReplacesTheLastThatDelivered) {
  const VersionOutcome outcome = PlaceVersion({7, 5, false}, 8, RecordState::kMapped, false);
  EXPECT_EQ(outcome.after, (History{8, 8, false}));
  EXPECT_EQ(outcome.replaces, 5);
}

TEST(Versions, AParkedOneCancelsNothingAndChargesNothing) {
  const VersionOutcome outcome = PlaceVersion({4, 4, true}, 5, RecordState::kParked, true);
  EXPECT_EQ(outcome.state, RecordState::kParked);
  EXPECT_EQ(outcome.after, (History{5, 4, true}));
  EXPECT_FALSE(outcome.delivers);
  EXPECT_EQ(outcome.replaces, 0);
  EXPECT_FALSE(outcome.feed.has_value());
}

TEST(Versions, AnOlderOneIsSupersededAndChangesNothing) {
  for (const RecordState offered : {RecordState::kMapped, RecordState::kParked}) {
    const VersionOutcome outcome = PlaceVersion({9, 9, true}, 2, offered, false);
    EXPECT_EQ(outcome.state, RecordState::kSuperseded);
    EXPECT_EQ(outcome.after, (History{9, 9, true}));
    EXPECT_FALSE(outcome.delivers);
    EXPECT_FALSE(outcome.feed.has_value());
  }
}

TEST(Versions, ARejectedOneLeavesItsKeyFreeWhateverItsNumber) {
  for (const int64_t version : {1, 99}) {
    const VersionOutcome outcome =
        PlaceVersion({5, 5, true}, version, RecordState::kRejected, true);
    EXPECT_EQ(outcome.state, RecordState::kRejected);
    EXPECT_EQ(outcome.after, (History{5, 5, true}));
    EXPECT_FALSE(outcome.delivers);
    EXPECT_FALSE(outcome.feed.has_value());
  }
}

TEST(Versions, ABillableOneChargesEachTimeAndTheFirstThatIsNotVoids) {
  const VersionOutcome first = PlaceVersion({}, 1, RecordState::kMapped, true);
  EXPECT_EQ(first.feed, FeedRow::kCharge);
  const VersionOutcome again = PlaceVersion(first.after, 2, RecordState::kMapped, true);
  EXPECT_EQ(again.feed, FeedRow::kCharge);
  const VersionOutcome free = PlaceVersion(again.after, 3, RecordState::kMapped, false);
  EXPECT_EQ(free.feed, FeedRow::kVoid);
  EXPECT_FALSE(free.after.charged);
  EXPECT_FALSE(PlaceVersion(free.after, 4, RecordState::kMapped, false).feed.has_value());
}

TEST(Versions, TheFeedOwesWhatTheRecordsSay) {
  FeedOwed owed;
  owed.Add(1, RecordState::kMapped, true);      // a charge
  owed.Add(1, RecordState::kParked, false);     // nothing
  owed.Add(1, RecordState::kMapped, true);      // a charge
  owed.Add(2, RecordState::kMapped, false);     // nothing
  owed.Add(1, RecordState::kMapped, false);     // a void
  owed.Add(1, RecordState::kMapped, false);     // nothing
  owed.Add(2, RecordState::kSuperseded, true);  // nothing
  EXPECT_EQ(owed.rows(), 3);
}

TEST(Versions, TheSameContentIsADuplicateAndAnotherAConflict) {
  Sha256 other{};
  other[31] = 1;
  EXPECT_EQ(JudgeAgain({}, {}), PlacementVerdict::kDuplicate);
  EXPECT_EQ(JudgeAgain({}, other), PlacementVerdict::kConflict);
}

}  // namespace
}  // namespace kgw::store
