#include "gateway/server/messages.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"

namespace kgw::server {
namespace {

constexpr std::string_view kBundleBase = "https://kap-gateway.org/fhir/";

absl::Status NoSuchState() {
  return InvalidFields({{"state", "expected one of the states that are named in the schema"}});
}

}  // namespace

void FillKey(const RecordKey& key, pb::RecordKey* out) {
  out->set_tenant(key.name.tenant);
  out->set_source(key.name.source);
  out->set_type(key.name.type);
  out->set_id(key.name.id);
  out->set_version(key.version);
}

absl::StatusOr<RecordKey> KeyOf(const pb::RecordKey& key, bool newest) {
  std::vector<FieldViolation> violations;
  auto require = [&violations](const char* field, const std::string& value) {
    if (value.empty()) violations.push_back({field, "must not be empty"});
  };
  require("key.tenant", key.tenant());
  require("key.source", key.source());
  require("key.type", key.type());
  require("key.id", key.id());
  if (key.version() < 0 || (key.version() == 0 && !newest)) {
    violations.push_back(
        {"key.version", newest ? "must be positive, or 0 for the newest" : "must be positive"});
  }
  if (!violations.empty()) return InvalidFields(violations);
  return RecordKey{{key.tenant(), key.source(), key.type(), key.id()}, key.version()};
}

pb::RecordState StateOf(store::RecordState state) {
  switch (state) {
    case store::RecordState::kRejected:
      return pb::RECORD_STATE_REJECTED;
    case store::RecordState::kParked:
      return pb::RECORD_STATE_PARKED;
    case store::RecordState::kMapped:
      return pb::RECORD_STATE_MAPPED;
    case store::RecordState::kSuperseded:
      return pb::RECORD_STATE_SUPERSEDED;
  }
  return pb::RECORD_STATE_UNSPECIFIED;
}

pb::DeliveryState StateOf(store::DeliveryState state) {
  switch (state) {
    case store::DeliveryState::kPending:
      return pb::DELIVERY_STATE_PENDING;
    case store::DeliveryState::kInFlight:
      return pb::DELIVERY_STATE_IN_FLIGHT;
    case store::DeliveryState::kHeld:
      return pb::DELIVERY_STATE_HELD;
    case store::DeliveryState::kDelivered:
      return pb::DELIVERY_STATE_DELIVERED;
    case store::DeliveryState::kDead:
      return pb::DELIVERY_STATE_DEAD;
    case store::DeliveryState::kWithheld:
      return pb::DELIVERY_STATE_WITHHELD;
    case store::DeliveryState::kUnsupported:
      return pb::DELIVERY_STATE_UNSUPPORTED;
    case store::DeliveryState::kCancelled:
      return pb::DELIVERY_STATE_CANCELLED;
  }
  return pb::DELIVERY_STATE_UNSPECIFIED;
}

absl::StatusOr<std::optional<store::RecordState>> StateOf(pb::RecordState state) {
  if (state == pb::RECORD_STATE_UNSPECIFIED) return std::nullopt;
  for (store::RecordState each : store::kRecordStates) {
    if (StateOf(each) == state) return each;
  }
  return NoSuchState();
}

absl::StatusOr<std::optional<store::DeliveryState>> StateOf(pb::DeliveryState state) {
  if (state == pb::DELIVERY_STATE_UNSPECIFIED) return std::nullopt;
  for (store::DeliveryState each : store::kDeliveryStates) {
    if (StateOf(each) == state) return each;
  }
  return NoSuchState();
}

void FillIssues(const fhir::Issues& issues, IssueList* out) {
  for (const fhir::Issue& issue : issues) {
    pb::Issue* added = out->Add();
    added->set_severity(fhir::NameOf(issue.severity));
    added->set_code(issue.code);
    added->set_expression(issue.expression);
    added->set_text(issue.text);
  }
}

void FillSignals(const fhir::SafetySignals& signals, SignalList* out) {
  for (const fhir::SafetySignal& signal : signals) {
    pb::SafetySignal* added = out->Add();
    added->set_rule(signal.rule);
    added->set_code(signal.code);
    added->set_text(signal.text);
    added->set_resource(signal.resource);
  }
}

void FillTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void FillAnswer(const intake::Answer& answer, pb::SubmitResponse* out) {
  FillKey(answer.key, out->mutable_key());
  out->set_receipt(answer.result.receipt);
  out->set_state(StateOf(answer.result.state));
  out->set_duplicate(answer.result.verdict == store::PlacementVerdict::kDuplicate);
  out->set_resources(answer.result.resources);
  out->set_deliveries(answer.result.deliveries);
  FillIssues(fhir::IssuesFromJson(answer.result.issues_json), out->mutable_issues());
  FillSignals(fhir::SignalsFromJson(answer.result.signals_json), out->mutable_safety_signals());
}

void FillRecord(const store::RecordRow& row, pb::RecordSummary* out) {
  FillKey(row.key, out->mutable_key());
  out->set_patient(row.patient);
  out->set_state(StateOf(row.state));
  out->set_receipt(row.receipt);
  out->set_resources(row.resources);
  out->set_deliveries(row.deliveries);
  FillIssues(fhir::IssuesFromJson(row.issues_json), out->mutable_issues());
  FillSignals(fhir::SignalsFromJson(row.signals_json), out->mutable_safety_signals());
  FillTime(row.received_at, out->mutable_received_at());
  out->set_mapper(row.mapper);
  out->set_config_hash(row.config_hash);
  out->set_test_data(row.test_data);
}

void FillDelivery(const store::DeliveryRow& row, pb::Delivery* out) {
  FillKey(row.key.record, out->mutable_key());
  out->set_destination(row.key.destination);
  out->set_lane(row.lane);
  out->set_state(StateOf(row.state));
  out->set_attempts(row.attempts);
  if (row.error.error_class != store::ErrorClass::kNone || !row.error.text.empty()) {
    out->mutable_error()->set_class_(NameOf(row.error.error_class));
    out->mutable_error()->set_http_status(row.error.http_status);
    out->mutable_error()->set_request_id(row.error.request_id);
    out->mutable_error()->set_text(row.error.text);
  }
  for (const store::EntryResult& entry : row.entries) {
    pb::DeliveryEntry* added = out->add_entries();
    added->set_resource(entry.resource);
    added->set_remote(entry.remote);
    added->set_version(entry.remote_version);
    added->set_state(NameOf(entry.state));
  }
  FillTime(row.created_at, out->mutable_created_at());
  const bool due = row.state == store::DeliveryState::kPending &&
                   row.next_due > absl::UnixEpoch() && row.next_due < absl::InfiniteFuture();
  if (due) FillTime(row.next_due, out->mutable_next_due());
}

void FillStored(const store::RecordRow& row, pb::GetRecordResponse* out) {
  FillKey(row.key, out->mutable_key());
  out->set_state(StateOf(row.state));
  out->set_receipt(row.receipt);
  FillIssues(fhir::IssuesFromJson(row.issues_json), out->mutable_issues());
  FillSignals(fhir::SignalsFromJson(row.signals_json), out->mutable_safety_signals());
  out->set_patient(row.patient);
  out->set_resources(row.resources);
  out->set_deliveries(row.deliveries);
  FillTime(row.received_at, out->mutable_received_at());
  out->set_mapper(row.mapper);
  out->set_config_hash(row.config_hash);
  out->set_test_data(row.test_data);
}

namespace {

constexpr size_t kLongestCode = 40;
constexpr size_t kLongestPath = 300;
constexpr size_t kLongestRequestId = 128;

bool IsOf(std::string_view text, size_t longest, bool (*allowed)(char)) {
  return text.size() <= longest && std::all_of(text.begin(), text.end(), allowed);
}

// Plug-ins write codes and paths too, and may put anything there: a sentence does not pass.
void LeaveOutWords(pb::Issue& issue) {
  issue.clear_text();
  if (!IsOf(issue.code(), kLongestCode,
            [](char c) { return absl::ascii_islower(c) || c == '-'; })) {
    issue.clear_code();
  }
  const bool path = IsOf(issue.expression(), kLongestPath, [](char c) {
    return absl::ascii_isalnum(c) || std::string_view("._[]()'$:-/").find(c) != std::string::npos;
  });
  if (!path) issue.clear_expression();
}

// Of the classes that no connector can give, so that the text is ours, or that of who held,
// cancelled or retried the delivery.
bool IsOurs(std::string_view name) {
  using store::ErrorClass;
  static constexpr ErrorClass kOwn[] = {ErrorClass::kWaiting,   ErrorClass::kWithheld,
                                        ErrorClass::kStore,     ErrorClass::kHeld,
                                        ErrorClass::kCancelled, ErrorClass::kRetried};
  const auto known = store::ErrorClassOf(name);
  return known && std::find(std::begin(kOwn), std::end(kOwn), *known) != std::end(kOwn);
}

template <typename Message>
void LeaveOut(Message* out) {
  out->clear_safety_signals();
  for (pb::Issue& issue : *out->mutable_issues()) LeaveOutWords(issue);
  out->set_clinical_withheld(true);
}

}  // namespace

void LeaveOutClinical(pb::RecordSummary* out) { LeaveOut(out); }
void LeaveOutClinical(pb::GetRecordResponse* out) { LeaveOut(out); }

void LeaveOutClinical(pb::Delivery* out) {
  if (!out->has_error() || IsOurs(out->error().class_())) return;
  pb::DeliveryError& error = *out->mutable_error();
  const bool plain_id = IsOf(error.request_id(), kLongestRequestId, [](char c) {
    return absl::ascii_isalnum(c) || std::string_view("._:/+=-").find(c) != std::string::npos;
  });
  if (error.text().empty() && plain_id) return;
  error.clear_text();
  if (!plain_id) error.clear_request_id();
  out->set_clinical_withheld(true);
}

void FillPreview(const pipeline::Processed& processed, pb::PreviewResponse* out) {
  out->set_state(StateOf(processed.state));
  if (processed.state != store::RecordState::kRejected) {
    out->set_bundle_json(BundleJson(processed.resources));
  }
  FillIssues(processed.issues, out->mutable_issues());
  FillSignals(processed.signals, out->mutable_safety_signals());
  for (const store::NewDelivery& delivery : processed.deliveries) {
    const bool sent = delivery.state == store::DeliveryState::kPending;
    pb::DestinationDecision* decision = out->add_destinations();
    decision->set_name(delivery.destination);
    decision->set_decision(sent ? "send" : "withhold");
    decision->set_why(delivery.why);
  }
}

std::string BundleJson(const std::vector<store::Resource>& resources) {
  std::string out;
  json::Writer writer(&out);
  writer.StartObject();
  writer.Field("resourceType", "Bundle");
  writer.Field("type", "collection");
  if (!resources.empty()) {
    writer.Key("entry");
    writer.StartArray();
    for (const store::Resource& resource : resources) {
      writer.StartObject();
      // Under one base, so that the references between them resolve within the bundle.
      writer.Field("fullUrl", StrCat(kBundleBase, resource.reference()));
      writer.Key("resource");
      writer.Raw(resource.body);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return out;
}

}  // namespace kgw::server
