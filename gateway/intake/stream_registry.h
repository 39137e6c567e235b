#ifndef GATEWAY_INTAKE_STREAM_REGISTRY_H_
#define GATEWAY_INTAKE_STREAM_REGISTRY_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>

#include "absl/status/status.h"
#include "gateway/base/mutex.h"

namespace kgw::intake {

// A stream as the registry knows it.
class DrainableStream {
 public:
  virtual ~DrainableStream() = default;
  // Read no more, answer what was read, end. Must not call the registry.
  virtual void Drain() = 0;
};

// The streams that are open: how many each caller has, and who must end when the gateway stops.
// Safe from any thread.
class StreamRegistry {
 public:
  // RESOURCE_EXHAUSTED when the caller has `limit` streams already, UNAVAILABLE when draining.
  absl::Status Enter(const std::string& caller, uint32_t limit, DrainableStream* stream);
  void Leave(const std::string& caller, DrainableStream* stream);
  // Ends all streams in good order and refuses new ones.
  void DrainAll();

 private:
  Mutex mutex_;
  bool draining_ KGW_GUARDED_BY(mutex_) = false;
  std::map<std::string, uint32_t> open_ KGW_GUARDED_BY(mutex_);
  std::unordered_set<DrainableStream*> streams_ KGW_GUARDED_BY(mutex_);
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_STREAM_REGISTRY_H_
