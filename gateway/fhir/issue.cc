#include "gateway/fhir/issue.h"

#include <algorithm>

#include "gateway/base/json.h"

namespace kgw::fhir {
namespace {

Severity SeverityNamed(std::string_view name) {
  for (const Severity severity :
       {Severity::kInformation, Severity::kWarning, Severity::kError, Severity::kFatal}) {
    if (name == NameOf(severity)) return severity;
  }
  return Severity::kError;
}

}  // namespace

bool HasErrors(const Issues& issues) {
  return std::any_of(issues.begin(), issues.end(),
                     [](const Issue& issue) { return issue.severity >= Severity::kError; });
}

const char* NameOf(Severity severity) {
  switch (severity) {
    case Severity::kInformation:
      return "information";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
    case Severity::kFatal:
      break;
  }
  return "fatal";
}

std::string IssuesToJson(const Issues& issues) {
  std::string text;
  json::Writer writer(&text);
  writer.StartArray();
  for (const Issue& issue : issues) {
    writer.StartObject();
    writer.Field("severity", NameOf(issue.severity));
    writer.Field("code", issue.code);
    if (!issue.text.empty()) writer.Field("diagnostics", issue.text);
    if (!issue.expression.empty()) {
      writer.Key("expression");
      writer.StartArray();
      writer.String(issue.expression);
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndArray();
  return text;
}

Issues IssuesFromJson(std::string_view text) {
  if (text.empty() || text == "[]") return {};
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) return {};
  Issues issues;
  for (const json::Value& issue : document->root()) {
    issues.push_back({SeverityNamed(issue.TextOf("severity")), std::string(issue.TextOf("code")),
                      std::string(issue.Find("expression")[0].text()),
                      std::string(issue.TextOf("diagnostics"))});
  }
  return issues;
}

}  // namespace kgw::fhir
