#include "gateway/fhir/safety_signal.h"

#include "gateway/base/json.h"

namespace kgw::fhir {

std::string SignalsToJson(const SafetySignals& signals) {
  std::string out;
  json::Writer writer(&out);
  writer.StartArray();
  for (const SafetySignal& signal : signals) {
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

SafetySignals SignalsFromJson(std::string_view text) {
  if (text.empty() || text == "[]") return {};
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) return {};
  SafetySignals signals;
  for (const json::Value& signal : document->root()) {
    signals.push_back({std::string(signal.TextOf("rule")), std::string(signal.TextOf("code")),
                       std::string(signal.TextOf("text")), std::string(signal.TextOf("resource"))});
  }
  return signals;
}

}  // namespace kgw::fhir
