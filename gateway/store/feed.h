#ifndef GATEWAY_STORE_FEED_H_
#define GATEWAY_STORE_FEED_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/record_key.h"

namespace kgw::store {

// One billable change: a charge, which replaces the record's earlier one, or its void.
struct FeedEntry {
  int64_t position = 0;  // rising within a tenant, with gaps
  RecordKey record;
  bool voided = false;
  absl::Time at;  // when it was committed
};

// The billing feed of each tenant, in the order of commits. Safe from any thread.
class Feed {
 public:
  virtual ~Feed() = default;

  // Up to `limit` (1 to 1000) entries behind position `after`, 0 for the first; fewer when there
  // are no more yet. An entry never changes and none comes later with a lower position than one
  // that was read. A tenant without records has none.
  virtual absl::StatusOr<std::vector<FeedEntry>> ReadFeed(std::string_view tenant, int64_t after,
                                                          int limit) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_FEED_H_
