#include "gateway/pipeline/assembly.h"

#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/pipeline/finish_resource.h"
#include "gateway/pipeline/plugin_issue.h"
#include "gateway/privacy/label.h"

namespace kgw::pipeline {
namespace {

using fhir::Issue;
using fhir::Severity;
using store::RecordState;

constexpr std::string_view kResourceMediaType = "application/fhir+json";
constexpr std::string_view kSignalMediaType = "application/vnd.kgw.signal+json";

// When a mapper gets every resource wrong, more of them help nobody. A mapper's own issues are
// bounded by its room already.
constexpr size_t kMostIssues = 2000;

Issue MapperIssue(std::string code, std::string expression, std::string text) {
  return {Severity::kError, std::move(code), std::move(expression), std::move(text)};
}

std::string_view TypeOfRole(std::string_view role) { return role.substr(0, role.find('/')); }

}  // namespace

Assembly::Assembly(const record::Record& record, std::vector<MappedBy>& mapped,
                   const fhir::Validator& validator)
    : record_(record),
      mapped_(mapped),
      validator_(validator),
      resolver_(record.key.name, record.patient) {}

Processed Assembly::Run() {
  TakeIssues();
  if (!AllMapped()) return std::move(result_);
  AssignIds();
  for (size_t i = 0; i < result_.resources.size(); ++i) FinishOne(i);
  for (const plugin::Emitted* signal : signals_) TakeSignal(*signal);
  if (result_.state != RecordState::kMapped) result_.resources.clear();
  return std::move(result_);
}

void Assembly::Park(Issue issue) {
  result_.state = RecordState::kParked;
  Tell(std::move(issue));
}

// Of too many, the first error takes the place of what is none: it says why a record is parked.
void Assembly::Tell(Issue issue) {
  if (result_.issues.size() >= kMostIssues) {
    if (issue.severity < Severity::kError || result_.issues.back().severity >= Severity::kError) {
      return;
    }
    result_.issues.pop_back();
  }
  result_.issues.push_back(std::move(issue));
}

void Assembly::TakeIssues() {
  result_.issues = record_.issues;
  for (MappedBy& each : mapped_) {
    for (plugin::PluginIssue& issue : each.result.issues) {
      Issue told = IssueOf(std::move(issue));
      if (told.severity >= Severity::kError) result_.state = RecordState::kParked;
      Tell(std::move(told));
    }
  }
}

bool Assembly::AllMapped() {
  const std::string& type = record_.key.name.type;
  if (mapped_.empty()) {
    Park(MapperIssue("not-supported", type,
                     "no mapper is configured that takes records of this type"));
    return false;
  }
  bool all = true;
  for (const MappedBy& each : mapped_) {
    if (each.result.status.ok()) continue;
    all = false;
    // The plug-in's own message is about its code, not about the patient.
    Park(MapperIssue("processing", type, std::string(each.result.status.message())));
  }
  return all;
}

// Ids first, for a resource may refer to one that was emitted after it, or by another mapper.
void Assembly::AssignIds() {
  size_t outputs = 0;
  for (const MappedBy& each : mapped_) outputs += each.result.outputs.size();
  result_.resources.reserve(outputs);
  drafts_.reserve(outputs);
  for (size_t by = 0; by < mapped_.size(); ++by) {
    for (const plugin::Emitted& output : mapped_[by].result.outputs) TakeOutput(output, by);
  }
  for (size_t i = 0; i < result_.resources.size(); ++i) {
    const store::Resource& resource = result_.resources[i];
    if (!resolver_.AddOwnRole(resource.role, resource.id)) ParkRoleTwice(i);
  }
}

// What stands inside a Bundle or Parameters would get neither an id of ours nor a label.
void Assembly::TakeOutput(const plugin::Emitted& output, size_t by) {
  if (output.media_type == kSignalMediaType) {
    signals_.push_back(&output);
  } else if (TypeOfRole(output.name) == "Bundle" || TypeOfRole(output.name) == "Parameters") {
    Park(MapperIssue("not-supported", output.name,
                     "a mapper emits resources one by one, never a Bundle or Parameters"));
  } else if (output.media_type == kResourceMediaType) {
    result_.resources.push_back({output.name, resolver_.ids().Of(output.name), ""});
    drafts_.push_back({output.body, by});
  } else {
    Park(MapperIssue("not-supported", output.name, "the mapper emitted an unknown media type"));
  }
}

void Assembly::ParkRoleTwice(size_t index) {
  const std::string& role = result_.resources[index].role;
  size_t first = 0;
  while (result_.resources[first].role != role) ++first;
  const size_t earlier = drafts_[first].by;
  const size_t later = drafts_[index].by;
  Park(MapperIssue(
      "duplicate", role,
      earlier == later
          ? "the mapper emitted a role twice"
          : StrCat("the mappers ", mapped_[earlier].mapper, " and ", mapped_[later].mapper,
                   " both emitted this role: what stands beside another mapper needs "
                   "roles of its own")));
}

void Assembly::FinishOne(size_t index) {
  store::Resource& resource = result_.resources[index];
  const std::string_view body = drafts_[index].body;
  const std::string_view type = TypeOfRole(resource.role);
  fhir::Findings findings = validator_.Validate(body, type);
  if (fhir::HasErrors(findings.issues)) result_.state = RecordState::kParked;
  for (Issue& issue : findings.issues) Tell(std::move(issue));
  if (result_.state != RecordState::kMapped) return;
  auto finished = FinishResource(body, type, resource.id, Labels(), findings.spans, resolver_);
  if (!finished.ok()) {
    Park(MapperIssue("processing", resource.role, std::string(finished.status().message())));
    return;
  }
  resource.body = *std::move(finished);
}

const std::string& Assembly::Labels() {
  if (labels_.empty()) {
    labels_ = privacy::SecurityCodings(record_.key.name.type, record_.test_data);
  }
  return labels_;
}

void Assembly::TakeSignal(const plugin::Emitted& emitted) {
  const auto parsed = json::Document::Parse(emitted.body);
  if (!parsed.ok() || !parsed->root().is_object()) {
    Park(MapperIssue("structure", emitted.name, "the mapper emitted a signal that is no object"));
    return;
  }
  const json::Value& signal = parsed->root();
  fhir::SafetySignal taken{emitted.name, std::string(signal.TextOf("code")),
                           std::string(signal.TextOf("text")), ""};
  if (const std::string_view role = signal.TextOf("resource"); !role.empty()) {
    if (auto reference = resolver_.Resolve(StrCat("kgw:self/", role)); reference.ok()) {
      taken.resource = *reference;
    }
  }
  result_.signals.push_back(std::move(taken));
}

}  // namespace kgw::pipeline
