#ifndef GATEWAY_INTAKE_TIMED_MAPPER_H_
#define GATEWAY_INTAKE_TIMED_MAPPER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/plugin/mapper.h"

namespace kgw::intake {

// Measures the time in a mapper, so that mapping can be told from what the pipeline adds to it.
class TimedMapper final : public plugin::Mapper {
 public:
  TimedMapper(std::shared_ptr<plugin::Mapper> mapper, const Clock& clock)
      : mapper_(std::move(mapper)), clock_(clock) {}

  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration timeout) override;
  const std::string& identity() const override { return mapper_->identity(); }

  // The time this thread has spent in mappers since it last asked.
  static absl::Duration TakeThreadTime();

 private:
  const std::shared_ptr<plugin::Mapper> mapper_;
  const Clock& clock_;
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_TIMED_MAPPER_H_
