#ifndef GATEWAY_STORE_ACCEPTOR_H_
#define GATEWAY_STORE_ACCEPTOR_H_

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"
#include "gateway/store/new_version.h"

namespace kgw::store {

// Takes record versions in. Safe from any thread.
class Acceptor {
 public:
  virtual ~Acceptor() = default;

  // The answer to a submission, before the cost of mapping it: kDuplicate or kConflict when this
  // key is stored, nullopt when it is not. Counts nothing; Commit decides and counts.
  virtual absl::StatusOr<std::optional<Placement>> FindDuplicate(const RecordKey& key,
                                                                 const Sha256& content_hash) = 0;
  // RESOURCE_EXHAUSTED with a delay when the queue is full (at once, through the callback).
  virtual void Commit(NewVersion version, std::function<void(absl::StatusOr<Placement>)> done) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_ACCEPTOR_H_
