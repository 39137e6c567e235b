#ifndef GATEWAY_CTL_JSON_FORM_H_
#define GATEWAY_CTL_JSON_FORM_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "gateway/base/json.h"
#include "gateway/v1/admin.pb.h"
#include "gateway/v1/ingest.pb.h"

// The JSON that scripts read, one object a line. Its form is a promise: names and meanings stay,
// members are added only.
namespace kgw::ctl {

std::string_view StateName(gateway::v1::RecordState state);    // "mapped"
std::string_view StateName(gateway::v1::DeliveryState state);  // "in_flight"
// UNSPECIFIED when there is no such state.
gateway::v1::RecordState RecordStateNamed(std::string_view name);
gateway::v1::DeliveryState DeliveryStateNamed(std::string_view name);

std::string TimeText(const google::protobuf::Timestamp& time);  // RFC 3339 with zone; "" when unset

using IssueList = google::protobuf::RepeatedPtrField<gateway::v1::Issue>;
using SignalList = google::protobuf::RepeatedPtrField<gateway::v1::SafetySignal>;

void WriteKey(json::Writer& writer, const gateway::v1::RecordKey& key);
void WriteIssues(json::Writer& writer, const IssueList& issues);
void WriteSignals(json::Writer& writer, const SignalList& signals);

std::string ToJsonLine(const gateway::v1::RecordSummary& record);
std::string ToJsonLine(const gateway::v1::Delivery& delivery);
std::string ToJsonLine(const gateway::v1::Plugin& plugin);
std::string ToJsonLine(const gateway::v1::Destination& destination);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_JSON_FORM_H_
