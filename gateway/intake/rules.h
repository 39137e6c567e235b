#ifndef GATEWAY_INTAKE_RULES_H_
#define GATEWAY_INTAKE_RULES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/access/access.h"
#include "gateway/base/mutex.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/privacy/route.h"
#include "gateway/record/record.h"

namespace kgw::intake {

// What is known of a destination from the configuration, for AdminService.
struct DestinationInfo {
  privacy::Route route;
  std::string plugin;
  std::string url;
};

// What a configuration says about calls: all that a reload may change. Immutable once published.
struct Rules {
  std::shared_ptr<const access::Access> access;
  std::shared_ptr<const pipeline::Pipeline> pipeline;
  record::Limits limits;
  absl::Duration mapping_timeout = absl::Seconds(10);
  uint32_t streams_per_caller = 16;
  uint32_t stream_window = 256;
  uint32_t page_size = 1000;
  std::string config_hash;  // kept with each record
  std::vector<DestinationInfo> destinations;
};

// The newest rules. Calls that run keep those they began with. Safe from any thread.
class RulesBoard {
 public:
  explicit RulesBoard(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> Get() const {
    MutexLock lock(mutex_);
    return rules_;
  }
  void Publish(std::shared_ptr<const Rules> rules) {
    MutexLock lock(mutex_);
    rules_ = std::move(rules);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Rules> rules_ KGW_GUARDED_BY(mutex_);
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_RULES_H_
