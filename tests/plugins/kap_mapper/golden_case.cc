#include "tests/plugins/kap_mapper/golden_case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "gateway/fhir/base_check.h"
#include "kgw/kgw.h"
#include "tests/support/pipeline/one_mapper.h"
#include "tests/support/record_json.h"

extern "C" const kgw_plugin* kgw_entry_v1(uint32_t);

namespace kgw::kap {
namespace {

constexpr char kFolder[] = "tests/golden";
constexpr std::string_view kSuffix = ".record.json";
constexpr char kBase[] = "https://kap-gateway.org/fhir/";

std::string_view SeverityText(fhir::Severity severity) {
  switch (severity) {
    case fhir::Severity::kInformation:
      return "information";
    case fhir::Severity::kWarning:
      return "warning";
    case fhir::Severity::kError:
      return "error";
    case fhir::Severity::kFatal:
      break;
  }
  return "fatal";
}

plugin::MapResult ResultOf(const testing::FakeCall& call, uint32_t item, kgw_code code_of_call) {
  plugin::MapResult result;
  const auto found = call.finished().find(item);
  const kgw_code code = found == call.finished().end() ? code_of_call : found->second;
  if (code != KGW_OK) {
    result.status = absl::Status(static_cast<absl::StatusCode>(code), "the mapper refused it");
  }
  for (const testing::Emit& emit : call.emits()) {
    if (emit.item != item || code != KGW_OK) continue;
    result.outputs.push_back({emit.media_type, emit.name, emit.body});
  }
  for (const testing::Issue& issue : call.issues()) {
    if (issue.item != item) continue;
    result.issues.push_back({issue.severity, issue.code, issue.path, issue.text});
  }
  return result;
}

}  // namespace

LinkedMapper::LinkedMapper(std::string_view config_json)
    : plugin_(&kgw_entry_v1, host_, config_json) {}

std::vector<plugin::MapResult> LinkedMapper::Map(const std::vector<plugin::MapInput>& inputs,
                                                 absl::Duration) {
  std::vector<std::string> bodies;
  for (const plugin::MapInput& input : inputs) bodies.emplace_back(input.body);
  testing::FakeCall call;
  const kgw_code code = plugin_.MapBatch(call, "application/vnd.kap.record+json", bodies);
  std::vector<plugin::MapResult> results;
  for (uint32_t i = 0; i < inputs.size(); ++i) results.push_back(ResultOf(call, i, code));
  for (const std::string& violation : call.violations()) {
    for (plugin::MapResult& result : results) result.status = absl::InternalError(violation);
  }
  return results;
}

std::vector<std::string> GoldenNames() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::recursive_directory_iterator(kFolder)) {
    const std::string path = std::filesystem::relative(file.path(), kFolder).string();
    if (path.ends_with(kSuffix)) names.push_back(path.substr(0, path.size() - kSuffix.size()));
  }
  std::ranges::sort(names);
  return names;
}

std::string ReadText(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

absl::StatusOr<pipeline::Processed> ProcessJson(std::string_view record_json,
                                                plugin::Mapper& mapper) {
  auto wire = test::WireFromJson(record_json);
  if (!wire.ok()) return wire.status();
  const auto record = record::Decode(*std::move(wire), {});
  if (!record.ok()) return record.status();
  const fhir::BaseR4Validator validator;
  const pipeline::Pipeline pipeline(test::OneMapper(mapper), validator, {});
  return pipeline.Process({{&*record}}, absl::Seconds(10)).at(0);
}

std::string BundleOf(const pipeline::Processed& processed) {
  std::string text = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[";
  const char* separator = "\n";
  for (const store::Resource& resource : processed.resources) {
    const std::string type = resource.role.substr(0, resource.role.find('/'));
    text += separator;
    text += "{\"fullUrl\":\"" + (kBase + type) + "/" + resource.id + "\",\"resource\":";
    text += resource.body + "}";
    separator = ",\n";
  }
  return text + "\n]}\n";
}

std::string IssuesOf(const pipeline::Processed& processed) {
  std::string text = "[";
  const char* separator = "\n";
  for (const fhir::Issue& issue : processed.issues) {
    text += separator;
    text += "{\"severity\":\"" + std::string(SeverityText(issue.severity)) + "\",\"code\":\"" +
            issue.code + "\",\"expression\":\"" + issue.expression + "\",\"text\":\"" + issue.text +
            "\"}";
    separator = ",\n";
  }
  return text + "\n]\n";
}

}  // namespace kgw::kap
