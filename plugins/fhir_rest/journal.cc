#include "journal.h"

#include "json.h"

namespace kgw::fhir_rest {
void Journal::Emit(std::string_view media_type, const std::string& body) {
  if (const sdk::Status status = item_.emit(media_type, "", body); !status.ok()) {
    throw EmitFailed(status.code);
  }
}

void Journal::Intend(const std::vector<std::string>& entries) { EmitIntent(entries, false); }

void Journal::Withdraw(const std::vector<std::string>& entries) { EmitIntent(entries, true); }

void Journal::EmitIntent(const std::vector<std::string>& entries, bool withdrawn) {
  if (entries.empty()) return;
  Json body = Json::Object();
  Json& list = body.Set("entries", Json::Array());
  for (const std::string& entry : entries) list.items.push_back(Json::Text(entry));
  if (withdrawn) body.Set("withdrawn", Json::Boolean(true));
  Emit("application/vnd.kgw.intent+json", WriteJson(body));
}

void Journal::Settle(const std::vector<std::pair<std::string, Settled>>& entries) {
  if (entries.empty()) return;
  Json body = Json::Object();
  Json& list = body.Set("entries", Json::Array());
  for (const auto& [entry, settled] : entries) {
    Json& line = list.items.emplace_back(Json::Object());
    line.Set("entry", Json::Text(entry));
    line.Set("state", Json::Text(settled.state));
    if (!settled.remote.empty()) line.Set("remote", Json::Text(settled.remote));
    if (!settled.version.empty()) line.Set("version", Json::Text(settled.version));
    if (settled.http_status != 0) line.Set("http_status", Json::Integer(settled.http_status));
    if (!settled.request_id.empty()) line.Set("request_id", Json::Text(settled.request_id));
  }
  Emit("application/vnd.kgw.entry+json", WriteJson(body));
}

void Journal::Report(const Failure& failure) {
  Json body = Json::Object();
  body.Set("class", Json::Text(failure.error_class));
  if (failure.http_status != 0) body.Set("http_status", Json::Integer(failure.http_status));
  if (!failure.request_id.empty()) body.Set("request_id", Json::Text(failure.request_id));
  body.Set("text", Json::Text(failure.text));
  Emit("application/vnd.kgw.error+json", WriteJson(body));
}

void Journal::Say(int32_t severity, std::string_view code, std::string_view entry,
                  std::string_view text) {
  item_.issue(severity, code, entry, text);
}

}  // namespace kgw::fhir_rest
