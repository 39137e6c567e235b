#include "gateway/pipeline/pipeline.h"

#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/pipeline/finish_resource.h"
#include "gateway/privacy/label.h"
#include "gateway/privacy/release.h"

namespace kgw::pipeline {
namespace {

using fhir::Issue;
using fhir::Severity;

constexpr std::string_view kRecordMediaType = "application/vnd.kap.record+json";
constexpr std::string_view kResourceMediaType = "application/fhir+json";
constexpr std::string_view kSignalMediaType = "application/vnd.kgw.signal+json";

// When a mapper gets every resource wrong, more of them help nobody. A mapper's own issues are
// bounded by its room already.
constexpr size_t kMostIssues = 2000;

// Severities cross the plug-in boundary as kgw.h's numbers (1 information .. 4 fatal).
Severity SeverityOf(int32_t number) {
  switch (number) {
    case 0:
    case 1:
      return Severity::kInformation;
    case 2:
      return Severity::kWarning;
    case 3:
      return Severity::kError;
    default:
      return Severity::kFatal;
  }
}

Issue MapperIssue(std::string code, std::string expression, std::string text) {
  return {Severity::kError, std::move(code), std::move(expression), std::move(text)};
}

std::string LaneOf(const record::Record& record) {
  return record.patient.empty() ? StrCat(record.key.name.type, " ", record.key.name.id)
                                : StrCat("Patient ", record.patient);
}

std::string_view TypeOfRole(std::string_view role) { return role.substr(0, role.find('/')); }

// What one record becomes, put together from what the mapper answered.
class Assembly {
 public:
  Assembly(const record::Record& record, plugin::MapResult& mapped,
           const fhir::Validator& validator)
      : record_(record),
        mapped_(mapped),
        validator_(validator),
        resolver_(record.key.name, record.patient) {}

  Processed Run() {
    TakeIssues();
    if (!mapped_.status.ok()) {
      // The plug-in's own message is about its code, not about the patient.
      Park(MapperIssue("processing", record_.key.name.type, std::string(mapped_.status.message())));
      return std::move(result_);
    }
    AssignIds();
    for (size_t i = 0; i < result_.resources.size(); ++i) FinishOne(i);
    for (const plugin::Emitted* signal : signals_) TakeSignal(*signal);
    if (result_.state != State::kMapped) result_.resources.clear();
    return std::move(result_);
  }

 private:
  void Park(Issue issue) {
    result_.state = State::kParked;
    Tell(std::move(issue));
  }

  // Of too many, the first error takes the place of what is none: it says why a record is parked.
  void Tell(Issue issue) {
    if (result_.issues.size() >= kMostIssues) {
      if (issue.severity < Severity::kError || result_.issues.back().severity >= Severity::kError) {
        return;
      }
      result_.issues.pop_back();
    }
    result_.issues.push_back(std::move(issue));
  }

  void TakeIssues() {
    result_.issues = record_.issues;
    for (plugin::PluginIssue& issue : mapped_.issues) {
      if (issue.severity >= 3) result_.state = State::kParked;
      Tell({SeverityOf(issue.severity), std::move(issue.code), std::move(issue.path),
            std::move(issue.text)});
    }
  }

  // Ids first, for a resource may refer to one that was emitted after it. What stands inside a
  // Bundle or Parameters would get neither an id of ours nor a label.
  void AssignIds() {
    result_.resources.reserve(mapped_.outputs.size());
    bodies_.reserve(mapped_.outputs.size());
    for (const plugin::Emitted& output : mapped_.outputs) {
      if (output.media_type == kSignalMediaType) {
        signals_.push_back(&output);
      } else if (TypeOfRole(output.name) == "Bundle" || TypeOfRole(output.name) == "Parameters") {
        Park(MapperIssue("not-supported", output.name,
                         "a mapper emits resources one by one, never a Bundle or Parameters"));
      } else if (output.media_type == kResourceMediaType) {
        result_.resources.push_back({output.name, resolver_.ids().Of(output.name), ""});
        bodies_.push_back(output.body);
      } else {
        Park(MapperIssue("not-supported", output.name, "the mapper emitted an unknown media type"));
      }
    }
    for (const MappedResource& resource : result_.resources) {
      if (!resolver_.AddOwnRole(resource.role, resource.id)) {
        Park(MapperIssue("duplicate", resource.role, "the mapper emitted a role twice"));
      }
    }
  }

  void FinishOne(size_t index) {
    MappedResource& resource = result_.resources[index];
    const std::string_view type = TypeOfRole(resource.role);
    fhir::Findings findings = validator_.Validate(bodies_[index], type);
    if (fhir::HasErrors(findings.issues)) result_.state = State::kParked;
    for (Issue& issue : findings.issues) Tell(std::move(issue));
    if (result_.state != State::kMapped) return;
    auto finished =
        FinishResource(bodies_[index], type, resource.id, Labels(), findings.spans, resolver_);
    if (!finished.ok()) {
      Park(MapperIssue("processing", resource.role, std::string(finished.status().message())));
      return;
    }
    resource.json = *std::move(finished);
  }

  const std::string& Labels() {
    if (labels_.empty()) {
      labels_ = privacy::SecurityCodings(record_.key.name.type, record_.test_data);
    }
    return labels_;
  }

  void TakeSignal(const plugin::Emitted& emitted) {
    const auto parsed = json::Document::Parse(emitted.body);
    if (!parsed.ok() || !parsed->root().is_object()) {
      Park(MapperIssue("structure", emitted.name, "the mapper emitted a signal that is no object"));
      return;
    }
    const json::Value& signal = parsed->root();
    SafetySignal taken{emitted.name, std::string(signal.TextOf("code")),
                       std::string(signal.TextOf("text")), ""};
    if (const std::string_view role = signal.TextOf("resource"); !role.empty()) {
      if (auto reference = resolver_.Resolve(StrCat("kgw:self/", role)); reference.ok()) {
        taken.resource = *reference;
      }
    }
    result_.signals.push_back(std::move(taken));
  }

  const record::Record& record_;
  plugin::MapResult& mapped_;
  const fhir::Validator& validator_;
  ReferenceResolver resolver_;
  std::vector<std::string_view> bodies_;  // of result_.resources, in order
  std::vector<const plugin::Emitted*> signals_;
  std::string labels_;
  Processed result_;
};

}  // namespace

Pipeline::Pipeline(plugin::Mapper& mapper, const fhir::Validator& validator,
                   std::vector<privacy::Route> routes)
    : mapper_(mapper), validator_(validator), routes_(std::move(routes)) {}

std::vector<RoutedDelivery> Pipeline::DeliveriesOf(const record::Record& record) const {
  std::vector<RoutedDelivery> routed;
  for (const privacy::Route& route : routes_) {
    privacy::Release release = privacy::DecideRelease(route, record.key.name, record.test_data);
    if (release.verdict == privacy::ReleaseVerdict::kNotTaken) continue;
    const bool allowed = release.verdict == privacy::ReleaseVerdict::kAllowed;
    routed.push_back({route.name, allowed ? Decision::kSend : Decision::kWithhold,
                      std::move(release.why), LaneOf(record)});
  }
  return routed;
}

std::vector<Processed> Pipeline::Process(const std::vector<const record::Record*>& records,
                                         absl::Duration timeout) const {
  std::vector<Processed> processed(records.size());
  std::vector<plugin::MapInput> inputs;
  std::vector<size_t> positions;  // of each input among the records
  for (size_t i = 0; i < records.size(); ++i) {
    if (fhir::HasErrors(records[i]->issues)) {
      processed[i].state = State::kRejected;
      processed[i].issues = records[i]->issues;
      continue;
    }
    inputs.push_back({kRecordMediaType, records[i]->json, records[i]->key.name.tenant});
    positions.push_back(i);
  }
  if (inputs.empty()) return processed;
  std::vector<plugin::MapResult> mapped = mapper_.Map(inputs, timeout);
  for (size_t i = 0; i < positions.size(); ++i) {
    const record::Record& record = *records[positions[i]];
    Processed& result = processed[positions[i]];
    if (mapped[i].undecided) {
      result.undecided = std::move(mapped[i].status);
      continue;
    }
    result = Assembly(record, mapped[i], validator_).Run();
    if (result.state == State::kMapped) result.deliveries = DeliveriesOf(record);
  }
  return processed;
}

}  // namespace kgw::pipeline
