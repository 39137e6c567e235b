#include "gateway/intake/stream_registry.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/violation.h"

namespace kgw::intake {

absl::Status StreamRegistry::Enter(const std::string& caller, uint32_t limit,
                                   DrainableStream* stream) {
  MutexLock lock(mutex_);
  if (draining_) {
    return RetryLater(absl::StatusCode::kUnavailable,
                      "the gateway is stopping: open the stream again after the delay",
                      absl::Seconds(5));
  }
  uint32_t& open = open_[caller];
  if (open >= limit) {
    return RetryLater(absl::StatusCode::kResourceExhausted,
                      absl::StrCat("this caller has ", open,
                                   " streams open, as many as limits.streams_per_caller allows"),
                      absl::Seconds(1));
  }
  ++open;
  streams_.insert(stream);
  return absl::OkStatus();
}

void StreamRegistry::Leave(const std::string& caller, DrainableStream* stream) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
  auto open = open_.find(caller);
  if (open != open_.end() && --open->second == 0) open_.erase(open);
}

void StreamRegistry::DrainAll() {
  MutexLock lock(mutex_);
  draining_ = true;
  for (DrainableStream* stream : streams_) stream->Drain();
}

}  // namespace kgw::intake
