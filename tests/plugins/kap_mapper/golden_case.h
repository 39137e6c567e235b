#ifndef TESTS_PLUGINS_KAP_MAPPER_GOLDEN_CASE_H_
#define TESTS_PLUGINS_KAP_MAPPER_GOLDEN_CASE_H_

#include <memory>
#include <string>
#include <vector>

#include "gateway/pipeline/pipeline.h"
#include "gateway/plugin/mapper.h"
#include "gateway/record/record.h"
#include "kgw/testing.hpp"

namespace kgw::kap {

// The plug-in behind the interface the gateway sees, without a loader in between.
class LinkedMapper : public plugin::Mapper {
 public:
  explicit LinkedMapper(std::string_view config_json = "{}");
  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration timeout) override;
  const std::string& identity() const override { return identity_; }

 private:
  testing::FakeHost host_;
  testing::FakePlugin plugin_;
  std::string identity_ = "kap_mapper in the test";
};

// The names of all tests/golden/TYPE/NAME.record.json, as TYPE/NAME.
std::vector<std::string> GoldenNames();
std::string ReadText(const std::string& path);

// From the JSON of a record to what the pipeline would store.
absl::StatusOr<pipeline::Processed> ProcessJson(std::string_view record_json,
                                                plugin::Mapper& mapper);

// A collection Bundle of everything a record became, a resource a line.
std::string BundleOf(const pipeline::Processed& processed);
// [{"severity", "code", "expression", "text"}], an issue a line.
std::string IssuesOf(const pipeline::Processed& processed);

}  // namespace kgw::kap

#endif  // TESTS_PLUGINS_KAP_MAPPER_GOLDEN_CASE_H_
