#ifndef GATEWAY_STORE_RULES_COUNTERS_H_
#define GATEWAY_STORE_RULES_COUNTERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "gateway/store/store.h"

// The running counters of a store, and their comparison with its rows.
namespace kgw::store {

// What a counter counts. The numbers lie in files: never change one.
enum class Counted : int64_t {
  kRecords = 1,     // by RecordState
  kTallies = 2,     // by Tally
  kDeliveries = 3,  // by destination and DeliveryState
  kCreated = 4,     // deliveries made, by destination
  kFeed = 5,        // by FeedRow
};
enum class Tally : int64_t { kReceived = 0, kDuplicates = 1, kConflicts = 2 };

// One tenant's sums. A destination is any number but 0, which stands where there is none.
class Sums {
 public:
  void Add(Counted kind, int64_t destination, int64_t state, int64_t count) {
    sums_[{kind, destination, state}] += count;
  }
  int64_t Of(Counted kind, int64_t destination, int64_t state) const {
    const auto found = sums_.find({kind, destination, state});
    return found == sums_.end() ? 0 : found->second;
  }
  // Gives each destination with a sum a name to be filled in.
  void CollectDestinations(std::map<int64_t, std::string>* names) const {
    for (const auto& [key, sum] : sums_) {
      if (std::get<1>(key) != 0) names->try_emplace(std::get<1>(key));
    }
  }

 private:
  std::map<std::tuple<Counted, int64_t, int64_t>, int64_t> sums_;
};

// What was counted of one tenant.
struct Counts {
  Sums rows;      // recounted from the rows; of kTallies nothing
  Sums counters;  // as they were kept in the rows' own transactions
  std::map<int64_t, std::string> destinations;
  int64_t feed_owed = 0;  // rows that the records owe to the feed
  int64_t lanes = 0;      // with a delivery that has not ended
  int64_t heads = 0;
};

// What the rows say, with a sentence for each difference.
Ledger CompareLedger(const Counts& counts);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_COUNTERS_H_
