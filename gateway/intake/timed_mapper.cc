#include "gateway/intake/timed_mapper.h"

namespace kgw::intake {
namespace {

thread_local int64_t thread_nanos = 0;

}  // namespace

std::vector<plugin::MapResult> TimedMapper::Map(const std::vector<plugin::MapInput>& inputs,
                                                absl::Duration timeout) {
  const int64_t start = clock_.MonotonicNanos();
  std::vector<plugin::MapResult> results = mapper_->Map(inputs, timeout);
  thread_nanos += clock_.MonotonicNanos() - start;
  return results;
}

absl::Duration TimedMapper::TakeThreadTime() {
  return absl::Nanoseconds(std::exchange(thread_nanos, 0));
}

}  // namespace kgw::intake
