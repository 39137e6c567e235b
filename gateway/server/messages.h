#ifndef GATEWAY_SERVER_MESSAGES_H_
#define GATEWAY_SERVER_MESSAGES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/record_key.h"
#include "gateway/fhir/issue.h"
#include "gateway/fhir/safety_signal.h"
#include "gateway/intake/intake.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/store/store.h"
#include "gateway/v1/admin.pb.h"
#include "gateway/v1/ingest.pb.h"

// Between our own types and the messages of gateway.v1; nothing is decided here.
namespace kgw::server {

namespace pb = ::gateway::v1;

void FillKey(const RecordKey& key, pb::RecordKey* out);
// INVALID_ARGUMENT with a violation for each part that is missing. Version 0 is allowed where
// `newest` is.
absl::StatusOr<RecordKey> KeyOf(const pb::RecordKey& key, bool newest);

pb::RecordState StateOf(store::RecordState state);
pb::DeliveryState StateOf(store::DeliveryState state);
// Nothing for UNSPECIFIED; INVALID_ARGUMENT for a number that has no name.
absl::StatusOr<std::optional<store::RecordState>> StateOf(pb::RecordState state);
absl::StatusOr<std::optional<store::DeliveryState>> StateOf(pb::DeliveryState state);

using IssueList = google::protobuf::RepeatedPtrField<pb::Issue>;
using SignalList = google::protobuf::RepeatedPtrField<pb::SafetySignal>;
void FillIssues(const fhir::Issues& issues, IssueList* out);
void FillSignals(const fhir::SafetySignals& signals, SignalList* out);

void FillTime(absl::Time time, google::protobuf::Timestamp* out);
void FillAnswer(const intake::Answer& answer, pb::SubmitResponse* out);
void FillRecord(const store::RecordRow& row, pb::RecordSummary* out);
void FillDelivery(const store::DeliveryRow& row, pb::Delivery* out);
void FillStored(const store::RecordRow& row, pb::GetRecordResponse* out);
// For who may look but see no bodies: what a clinician would read is left out, and the message says
// so.
void LeaveOutClinical(pb::RecordSummary* out);
void LeaveOutClinical(pb::GetRecordResponse* out);
// Also leaves out what the far side or a plug-in said about a delivery; says so only if there was
// something.
void LeaveOutClinical(pb::Delivery* out);
void FillPreview(const pipeline::Processed& processed, pb::PreviewResponse* out);
// A collection Bundle of what a record would become.
std::string BundleJson(const std::vector<store::Resource>& resources);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_MESSAGES_H_
