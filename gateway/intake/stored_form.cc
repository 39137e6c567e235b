#include "gateway/intake/stored_form.h"

#include <utility>

#include "gateway/base/json.h"
#include "gateway/fhir/issue.h"

namespace kgw::intake {
namespace {

store::RecordState StateOf(pipeline::State state) {
  switch (state) {
    case pipeline::State::kRejected:
      return store::RecordState::kRejected;
    case pipeline::State::kParked:
      return store::RecordState::kParked;
    case pipeline::State::kMapped:
      break;
  }
  return store::RecordState::kMapped;
}

store::NewDelivery DeliveryOf(pipeline::RoutedDelivery routed) {
  store::NewDelivery delivery;
  delivery.destination = std::move(routed.destination);
  delivery.lane = std::move(routed.lane);
  delivery.why = std::move(routed.why);
  delivery.state = routed.decision == pipeline::Decision::kSend ? store::DeliveryState::kPending
                                                                : store::DeliveryState::kWithheld;
  return delivery;
}

store::Intake Common(record::Record record, const Rules& rules, absl::Time received_at) {
  store::Intake intake;
  intake.key = std::move(record.key);
  intake.patient = std::move(record.patient);
  intake.content_hash = record.content_hash;
  intake.bytes = std::move(record.bytes);
  intake.references = std::move(record.references);
  intake.billable = record.billable;
  intake.test_data = record.test_data;
  intake.config_hash = rules.config_hash;
  intake.received_at = received_at;
  return intake;
}

}  // namespace

std::string SignalsToJson(const std::vector<pipeline::SafetySignal>& signals) {
  std::string out;
  json::Writer writer(&out);
  writer.StartArray();
  for (const pipeline::SafetySignal& signal : signals) {
    writer.StartObject();
    writer.Field("rule", signal.rule);
    writer.Field("code", signal.code);
    writer.Field("text", signal.text);
    writer.Field("resource", signal.resource);
    writer.EndObject();
  }
  writer.EndArray();
  return out;
}

store::Intake StoredForm(record::Record record, pipeline::Processed processed, const Rules& rules,
                         absl::Time received_at) {
  store::Intake intake = Common(std::move(record), rules, received_at);
  intake.mapper = std::move(processed.mapper);
  intake.state = StateOf(processed.state);
  if (intake.state == store::RecordState::kRejected) {
    intake.bytes.clear();
    intake.references.clear();
    intake.billable = false;
  }
  intake.issues_json = fhir::IssuesToJson(processed.issues);
  intake.signals_json = SignalsToJson(processed.signals);
  intake.resources.reserve(processed.resources.size());
  for (pipeline::MappedResource& made : processed.resources) {
    intake.resources.push_back({std::move(made.role), std::move(made.id), std::move(made.json)});
  }
  for (pipeline::RoutedDelivery& routed : processed.deliveries) {
    intake.deliveries.push_back(DeliveryOf(std::move(routed)));
  }
  return intake;
}

store::Intake StoredFormOfKnown(record::Record record, const Rules& rules, absl::Time received_at) {
  store::Intake intake = Common(std::move(record), rules, received_at);
  // Never stored, since the key is known; were it stored after all, nothing would be lost and a
  // person would look at it.
  intake.state = store::RecordState::kParked;
  intake.mapper = "none";
  intake.issues_json = "[]";
  intake.signals_json = "[]";
  return intake;
}

}  // namespace kgw::intake
