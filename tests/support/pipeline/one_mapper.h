#ifndef TESTS_SUPPORT_PIPELINE_ONE_MAPPER_H_
#define TESTS_SUPPORT_PIPELINE_ONE_MAPPER_H_

#include <memory>
#include <vector>

#include "gateway/pipeline/mapper_table.h"
#include "gateway/plugin/mapper.h"

namespace kgw::test {

// A mapper that a test keeps, which must outlive what it is given to.
inline std::shared_ptr<plugin::Mapper> Borrowed(plugin::Mapper& mapper) {
  return {std::shared_ptr<void>(), &mapper};
}

// It, for all types of record.
inline std::vector<pipeline::RecordMapper> OneMapper(plugin::Mapper& mapper) {
  return {{.name = "one", .mapper = Borrowed(mapper)}};
}

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_PIPELINE_ONE_MAPPER_H_
