#ifndef GATEWAY_STORE_RULES_VERSIONS_H_
#define GATEWAY_STORE_RULES_VERSIONS_H_

#include <cstdint>
#include <map>
#include <optional>

#include "gateway/store/store.h"

// What becomes of a record when one more version of it comes.
namespace kgw::store {

// A record over all its versions. All zero: none has come yet.
struct History {
  int64_t newest = 0;    // the highest version that was not rejected
  int64_t mapped = 0;    // the highest that made deliveries
  bool charged = false;  // its last row in the feed is a charge

  friend bool operator==(const History&, const History&) = default;
};

enum class FeedRow : uint8_t { kCharge, kVoid };

// The feed row that a mapped newest version makes: a charge when it is billable, a void when the
// record has been charged until now.
std::optional<FeedRow> FeedRowOf(bool charged, bool billable);

// What one version brings about.
struct VersionOutcome {
  RecordState state = RecordState::kMapped;
  History after;
  bool delivers = false;  // its deliveries are made
  int64_t replaces = 0;   // this version's open deliveries are cancelled; 0: of none
  std::optional<FeedRow> feed;
};

// `offered`: kRejected, kParked or kMapped.
VersionOutcome PlaceVersion(const History& before, int64_t version, RecordState offered,
                            bool billable);

// Whether what came under a stored key is the same content.
PlacementVerdict JudgeAgain(const Sha256& stored, const Sha256& offered);

// Recounts the rows that the feed owes to records, which are added in the order of their commits.
// Keeps in memory only the records that were ever billable.
class FeedOwed {
 public:
  // `record`: any number that stands for the record in all its versions.
  void Add(int64_t record, RecordState state, bool billable);
  int64_t rows() const { return rows_; }

 private:
  std::map<int64_t, bool> charged_;
  int64_t rows_ = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_VERSIONS_H_
