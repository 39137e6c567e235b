#include "gateway/intake/stored_form.h"

#include <utility>

#include "gateway/fhir/issue.h"
#include "gateway/fhir/safety_signal.h"

namespace kgw::intake {
namespace {

store::NewVersion Common(record::Record record, const Rules& rules, absl::Time received_at) {
  store::NewVersion intake;
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

store::NewVersion StoredForm(record::Record record, pipeline::Processed processed,
                             const Rules& rules, absl::Time received_at) {
  store::NewVersion intake = Common(std::move(record), rules, received_at);
  intake.mapper = std::move(processed.mapper);
  intake.state = processed.state;
  if (intake.state == store::RecordState::kRejected) {
    intake.bytes.clear();
    intake.references.clear();
    intake.billable = false;
  }
  intake.issues_json = fhir::IssuesToJson(processed.issues);
  intake.signals_json = fhir::SignalsToJson(processed.signals);
  intake.resources = std::move(processed.resources);
  intake.deliveries = std::move(processed.deliveries);
  return intake;
}

store::NewVersion StoredFormOfKnown(record::Record record, const Rules& rules,
                                    absl::Time received_at) {
  store::NewVersion intake = Common(std::move(record), rules, received_at);
  // Never stored, since the key is known; were it stored after all, nothing would be lost and a
  // person would look at it.
  intake.state = store::RecordState::kParked;
  intake.mapper = "none";
  intake.issues_json = "[]";
  intake.signals_json = "[]";
  return intake;
}

}  // namespace kgw::intake
