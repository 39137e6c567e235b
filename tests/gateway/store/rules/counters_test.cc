#include "gateway/store/rules/counters.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

constexpr int64_t Number(RecordState state) { return static_cast<int64_t>(state); }
constexpr int64_t Number(DeliveryState state) { return static_cast<int64_t>(state); }

// Books that agree: two mapped records, one rejected, a delivery that waits and one that is there,
// a charge.
Counts Agreeing() {
  Counts counts;
  for (Sums* sums : {&counts.rows, &counts.counters}) {
    sums->Add(Counted::kRecords, 0, Number(RecordState::kMapped), 2);
    sums->Add(Counted::kRecords, 0, Number(RecordState::kRejected), 1);
    sums->Add(Counted::kDeliveries, 7, Number(DeliveryState::kPending), 1);
    sums->Add(Counted::kDeliveries, 7, Number(DeliveryState::kDelivered), 1);
    sums->Add(Counted::kCreated, 7, 0, 2);
    sums->Add(Counted::kFeed, 0, 0, 1);
  }
  counts.counters.Add(Counted::kTallies, 0, static_cast<int64_t>(Tally::kReceived), 3);
  counts.counters.Add(Counted::kTallies, 0, static_cast<int64_t>(Tally::kDuplicates), 5);
  counts.destinations = {{7, "ehr"}};
  counts.feed_owed = 1;
  counts.lanes = counts.heads = 1;
  return counts;
}

TEST(LedgerRules, BooksThatAgreeSaySo) {
  const Ledger ledger = CompareLedger(Agreeing());
  EXPECT_TRUE(ledger.agrees);
  EXPECT_TRUE(ledger.disagreements.empty());
  EXPECT_EQ(ledger.records.at("received"), 3);
  EXPECT_EQ(ledger.records.at("duplicates"), 5);
  EXPECT_EQ(ledger.records.at("superseded"), 0);
  EXPECT_EQ(ledger.deliveries.at("created"), 2);
  EXPECT_EQ(ledger.by_destination.at("ehr").at("delivered"), 1);
  EXPECT_EQ(ledger.feed.at("charges"), 1);
}

std::string SentenceOf(const Counts& counts) {
  const Ledger ledger = CompareLedger(counts);
  EXPECT_FALSE(ledger.agrees);
  return ledger.disagreements.size() == 1 ? ledger.disagreements[0] : "";
}

TEST(LedgerRules, EachCounterThatDiffersIsNamed) {
  const auto with = [](Counted kind, int64_t destination, int64_t state) {
    Counts counts = Agreeing();
    counts.counters.Add(kind, destination, state, 1);
    return SentenceOf(counts);
  };
  EXPECT_EQ(with(Counted::kRecords, 0, Number(RecordState::kMapped)),
            "The counter of mapped records says 3, the rows say 2.");
  EXPECT_EQ(with(Counted::kTallies, 0, static_cast<int64_t>(Tally::kReceived)),
            "The counter of received records says 4, the rows say 3.");
  EXPECT_EQ(with(Counted::kDeliveries, 7, Number(DeliveryState::kDead)),
            "The counter of dead deliveries to ehr says 1, the rows say 0.");
  EXPECT_EQ(with(Counted::kCreated, 7, 0),
            "The counter of deliveries made for ehr says 3, the rows say 2.");
  EXPECT_EQ(with(Counted::kFeed, 0, 1), "The counter of voids in the feed says 1, the rows say 0.");
}

TEST(LedgerRules, AFeedThatOwesARowAndALaneWithoutAHeadAreNamed) {
  Counts owing = Agreeing();
  owing.feed_owed = 2;
  EXPECT_EQ(SentenceOf(owing), "The records hold 2 billable changes, the feed has 1 rows.");
  Counts headless = Agreeing();
  headless.heads = 0;
  EXPECT_EQ(SentenceOf(headless), "1 lanes wait for a delivery, but 0 have a first one.");
}

TEST(LedgerRules, DestinationsAreThoseOfRowsAndOfCounters) {
  Sums sums;
  sums.Add(Counted::kDeliveries, 7, 0, 1);
  sums.Add(Counted::kRecords, 0, 0, 1);
  std::map<int64_t, std::string> names = {{8, "payer"}};
  sums.CollectDestinations(&names);
  EXPECT_EQ(names, (std::map<int64_t, std::string>{{7, ""}, {8, "payer"}}));
}

}  // namespace
}  // namespace kgw::store
