#include "gateway/store/rules/counters.h"

#include <string_view>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/store/rules/versions.h"

namespace kgw::store {
namespace {

void Disagree(std::string sentence, Ledger* ledger) {
  ledger->agrees = false;
  ledger->disagreements.push_back(std::move(sentence));
}

// Compares one counter with its rows, whose sum it answers.
int64_t Expect(const Counts& counts, Counted kind, int64_t destination, int64_t state,
               std::string_view what, Ledger* ledger) {
  const int64_t rows = counts.rows.Of(kind, destination, state);
  const int64_t counter = counts.counters.Of(kind, destination, state);
  if (counter != rows) {
    Disagree(StrCat("The counter of ", what, " says ", counter, ", the rows say ", rows, "."),
             ledger);
  }
  return rows;
}

void CompareRecords(const Counts& counts, Ledger* ledger) {
  int64_t received = 0;
  for (const RecordState state : kRecordStates) {
    const int64_t rows = Expect(counts, Counted::kRecords, 0, static_cast<int64_t>(state),
                                StrCat(NameOf(state), " records"), ledger);
    ledger->records[NameOf(state)] = rows;
    received += rows;
  }
  const auto tally = [&](Tally which) {
    return counts.counters.Of(Counted::kTallies, 0, static_cast<int64_t>(which));
  };
  ledger->records["received"] = received;
  ledger->records["duplicates"] = tally(Tally::kDuplicates);
  ledger->records["conflicts"] = tally(Tally::kConflicts);
  if (tally(Tally::kReceived) != received) {
    Disagree(StrCat("The counter of received records says ", tally(Tally::kReceived),
                    ", the rows say ", received, "."),
             ledger);
  }
}

void CompareDeliveries(const Counts& counts, Ledger* ledger) {
  for (const DeliveryState state : kDeliveryStates) ledger->deliveries[NameOf(state)] = 0;
  ledger->deliveries["created"] = 0;
  for (const auto& [word, destination] : counts.destinations) {
    auto& by_state = ledger->by_destination[destination];
    for (const DeliveryState state : kDeliveryStates) {
      const int64_t rows = Expect(counts, Counted::kDeliveries, word, static_cast<int64_t>(state),
                                  StrCat(NameOf(state), " deliveries to ", destination), ledger);
      by_state[NameOf(state)] = rows;
      ledger->deliveries[NameOf(state)] += rows;
    }
    const int64_t created = Expect(counts, Counted::kCreated, word, 0,
                                   StrCat("deliveries made for ", destination), ledger);
    by_state["created"] = created;
    ledger->deliveries["created"] += created;
  }
}

void CompareFeed(const Counts& counts, Ledger* ledger) {
  const int64_t charges = Expect(counts, Counted::kFeed, 0, static_cast<int64_t>(FeedRow::kCharge),
                                 "charges in the feed", ledger);
  const int64_t voids = Expect(counts, Counted::kFeed, 0, static_cast<int64_t>(FeedRow::kVoid),
                               "voids in the feed", ledger);
  ledger->feed = {{"rows", charges + voids}, {"charges", charges}, {"voids", voids}};
  if (counts.feed_owed != charges + voids) {
    Disagree(StrCat("The records hold ", counts.feed_owed, " billable changes, the feed has ",
                    charges + voids, " rows."),
             ledger);
  }
}

}  // namespace

Ledger CompareLedger(const Counts& counts) {
  Ledger ledger;
  CompareRecords(counts, &ledger);
  CompareDeliveries(counts, &ledger);
  CompareFeed(counts, &ledger);
  if (counts.lanes != counts.heads) {
    Disagree(StrCat(counts.lanes, " lanes wait for a delivery, but ", counts.heads,
                    " have a first one."),
             &ledger);
  }
  return ledger;
}

}  // namespace kgw::store
