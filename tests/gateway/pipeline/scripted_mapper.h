#ifndef TESTS_GATEWAY_PIPELINE_SCRIPTED_MAPPER_H_
#define TESTS_GATEWAY_PIPELINE_SCRIPTED_MAPPER_H_

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/plugin/mapper.h"
#include "gateway/record/record.h"

namespace kgw::pipeline {

inline constexpr char kFhir[] = "application/fhir+json";
inline constexpr char kSignal[] = "application/vnd.kgw.signal+json";

// Answers what a test tells it to, for every input, and keeps what it was given.
class ScriptedMapper final : public plugin::Mapper {
 public:
  explicit ScriptedMapper(std::string identity = "scripted") : identity_(std::move(identity)) {
    answer.outputs = {{kFhir, "Basic", R"({"resourceType":"Basic","code":{"text":"x"}})"}};
  }

  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration) override {
    calls.push_back(inputs.size());
    for (const plugin::MapInput& input : inputs) {
      media_types.emplace_back(input.media_type);
      bodies.emplace_back(input.body);
      std::vector<std::string>& beside = related.emplace_back();
      for (const plugin::RelatedInput& each : input.related) {
        beside.push_back(StrCat(each.media_type, " ", each.body));
      }
    }
    return std::vector<plugin::MapResult>(inputs.size(), answer);
  }
  const std::string& identity() const override { return identity_; }

  plugin::MapResult answer;
  std::vector<size_t> calls;
  std::vector<std::string> media_types;
  std::vector<std::string> bodies;
  std::vector<std::vector<std::string>> related;  // of each input: media types and bodies

 private:
  const std::string identity_;
};

inline record::Record RecordOf(const std::string& type, const std::string& id) {
  record::Record record;
  record.key = {{"clinic", "ehr", type, id}, 1};
  record.patient = type == "Organization" ? "" : "P-1";
  record.json = "{}";
  return record;
}

}  // namespace kgw::pipeline

#endif  // TESTS_GATEWAY_PIPELINE_SCRIPTED_MAPPER_H_
