#include "gateway/ctl/json_form.h"

#include <array>
#include <utility>

#include "absl/time/time.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

constexpr std::array<std::string_view, 6> kRecordStates = {"",       "rejected",   "parked",
                                                           "mapped", "superseded", "retracted"};
constexpr std::array<std::string_view, 9> kDeliveryStates = {
    "",     "pending",  "in_flight",   "held",     "delivered",
    "dead", "withheld", "unsupported", "cancelled"};

template <size_t N>
std::string_view NameAt(const std::array<std::string_view, N>& names, int index) {
  return index > 0 && index < static_cast<int>(N) ? names[index] : "unknown";
}

template <size_t N>
int IndexOf(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 1; i < N; ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  return 0;
}

void WriteKeyField(json::Writer& writer, const v1::RecordKey& key) {
  writer.Key("key");
  WriteKey(writer, key);
}

void WriteError(json::Writer& writer, const v1::DeliveryError& error) {
  writer.StartObject();
  writer.Field("class", error.class_());
  writer.Key("http_status");
  writer.Integer(error.http_status());
  writer.Field("request_id", error.request_id());
  writer.Field("text", error.text());
  writer.EndObject();
}

void WriteEntries(json::Writer& writer, const v1::Delivery& delivery) {
  writer.StartArray();
  for (const v1::DeliveryEntry& entry : delivery.entries()) {
    writer.StartObject();
    writer.Field("resource", entry.resource());
    writer.Field("remote", entry.remote());
    writer.Field("version", entry.version());
    writer.Field("state", entry.state());
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

std::string_view StateName(v1::RecordState state) { return NameAt(kRecordStates, state); }
std::string_view StateName(v1::DeliveryState state) { return NameAt(kDeliveryStates, state); }

v1::RecordState RecordStateNamed(std::string_view name) {
  return static_cast<v1::RecordState>(IndexOf(kRecordStates, name));
}

v1::DeliveryState DeliveryStateNamed(std::string_view name) {
  return static_cast<v1::DeliveryState>(IndexOf(kDeliveryStates, name));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  const absl::Time at =
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos() / 1000000 * 1000000);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", at, absl::UTCTimeZone());
}

void WriteKey(json::Writer& writer, const v1::RecordKey& key) {
  writer.StartObject();
  writer.Field("tenant", key.tenant());
  writer.Field("source", key.source());
  writer.Field("type", key.type());
  writer.Field("id", key.id());
  writer.Key("version");
  writer.Integer(key.version());
  writer.EndObject();
}

void WriteIssues(json::Writer& writer, const IssueList& issues) {
  writer.StartArray();
  for (const v1::Issue& issue : issues) {
    writer.StartObject();
    writer.Field("severity", issue.severity());
    writer.Field("code", issue.code());
    writer.Field("expression", issue.expression());
    writer.Field("text", issue.text());
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteSignals(json::Writer& writer, const SignalList& signals) {
  writer.StartArray();
  for (const v1::SafetySignal& signal : signals) {
    writer.StartObject();
    writer.Field("rule", signal.rule());
    writer.Field("code", signal.code());
    writer.Field("text", signal.text());
    writer.Field("resource", signal.resource());
    writer.EndObject();
  }
  writer.EndArray();
}

std::string ToJsonLine(const v1::RecordSummary& record) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  WriteKeyField(writer, record.key());
  writer.Field("patient", record.patient());
  writer.Field("state", StateName(record.state()));
  writer.Field("receipt", record.receipt());
  writer.Key("resources");
  writer.Integer(record.resources());
  writer.Key("deliveries");
  writer.Integer(record.deliveries());
  writer.Field("received_at", TimeText(record.received_at()));
  writer.Field("mapper", record.mapper());
  writer.Field("config_hash", record.config_hash());
  writer.Key("test_data");
  writer.Bool(record.test_data());
  writer.Key("issues");
  WriteIssues(writer, record.issues());
  writer.Key("safety_signals");
  WriteSignals(writer, record.safety_signals());
  writer.Key("clinical_withheld");
  writer.Bool(record.clinical_withheld());
  writer.EndObject();
  return line;
}

std::string ToJsonLine(const v1::Delivery& delivery) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  WriteKeyField(writer, delivery.key());
  writer.Field("destination", delivery.destination());
  writer.Field("lane", delivery.lane());
  writer.Field("state", StateName(delivery.state()));
  writer.Key("attempts");
  writer.Integer(delivery.attempts());
  writer.Field("created_at", TimeText(delivery.created_at()));
  writer.Field("next_due", TimeText(delivery.next_due()));
  writer.Key("error");
  WriteError(writer, delivery.error());
  writer.Key("entries");
  WriteEntries(writer, delivery);
  writer.Key("clinical_withheld");
  writer.Bool(delivery.clinical_withheld());
  writer.EndObject();
  return line;
}

std::string ToJsonLine(const v1::Plugin& plugin) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Field("name", plugin.name());
  writer.Field("id", plugin.id());
  writer.Field("version", plugin.version());
  writer.Field("sha256", plugin.sha256());
  writer.Field("kind", plugin.kind());
  writer.Field("state", plugin.state());
  writer.Field("reason", plugin.reason());
  writer.EndObject();
  return line;
}

std::string ToJsonLine(const v1::Destination& destination) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Field("name", destination.name());
  writer.Field("plugin", destination.plugin());
  writer.Field("purpose", destination.purpose());
  const std::pair<std::string_view, int64_t> counts[] = {{"pending", destination.pending()},
                                                         {"held", destination.held()},
                                                         {"in_flight", destination.in_flight()},
                                                         {"dead", destination.dead()}};
  for (const auto& [name, count] : counts) {
    writer.Key(name);
    writer.Integer(count);
  }
  writer.Field("oldest", TimeText(destination.oldest()));
  writer.Field("state", destination.state());
  writer.Field("detail", destination.detail());
  writer.EndObject();
  return line;
}

}  // namespace kgw::ctl
