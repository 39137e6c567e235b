#include "gateway/pipeline/plugin_issue.h"

#include <utility>

namespace kgw::pipeline {
namespace {

// Severities cross the plug-in boundary as kgw.h's numbers (1 information .. 4 fatal).
fhir::Severity SeverityOf(int32_t number) {
  switch (number) {
    case 0:
    case 1:
      return fhir::Severity::kInformation;
    case 2:
      return fhir::Severity::kWarning;
    case 3:
      return fhir::Severity::kError;
    default:
      return fhir::Severity::kFatal;
  }
}

}  // namespace

fhir::Issue IssueOf(plugin::PluginIssue issue) {
  return {SeverityOf(issue.severity), std::move(issue.code), std::move(issue.path),
          std::move(issue.text)};
}

}  // namespace kgw::pipeline
