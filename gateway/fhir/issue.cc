#include "gateway/fhir/issue.h"

#include <algorithm>

#include "gateway/base/json.h"

namespace kgw::fhir {

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

}  // namespace kgw::fhir
