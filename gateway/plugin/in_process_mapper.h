#ifndef GATEWAY_PLUGIN_IN_PROCESS_MAPPER_H_
#define GATEWAY_PLUGIN_IN_PROCESS_MAPPER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gateway/plugin/instance.h"
#include "gateway/plugin/mapper.h"

namespace kgw::plugin {

// A mapper plug-in called within this process.
class InProcessMapper : public Mapper {
 public:
  // The instance's library offers kgw.mapper/1.
  explicit InProcessMapper(std::unique_ptr<Instance> instance) : instance_(std::move(instance)) {}

  std::vector<MapResult> Map(const std::vector<MapInput>& inputs, absl::Duration timeout) override;
  const std::string& identity() const override { return instance_->identity(); }

 private:
  // One call of the plug-in: inputs of one tenant. When it breaks a rule of the whole call, one for
  // each of them.
  void MapGroup(absl::Span<const MapInput> inputs, absl::Duration timeout,
                std::vector<MapResult>& results);

  std::unique_ptr<Instance> instance_;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_IN_PROCESS_MAPPER_H_
