#ifndef GATEWAY_INTAKE_STREAM_REGISTRY_H_
#define GATEWAY_INTAKE_STREAM_REGISTRY_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_set>

#include "absl/status/status.h"

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
  std::mutex mutex_;
  bool draining_ = false;
  std::map<std::string, uint32_t> open_;
  std::unordered_set<DrainableStream*> streams_;
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_STREAM_REGISTRY_H_
