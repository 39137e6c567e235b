#include "gateway/server/operation_messages.h"

#include <string>
#include <utility>

#include "gateway/pipeline/plugin_issue.h"
#include "gateway/server/messages.h"

namespace kgw::server {

void FillPlugin(const plugin::PluginInfo& info, pb::Plugin* out) {
  out->set_name(info.name);
  out->set_id(info.id);
  out->set_version(info.version);
  out->set_sha256(info.sha256);
  out->set_kind(std::string(plugin::KindOf(info)));
  out->set_state(info.state == plugin::PluginState::kRefused ? "refused" : "loaded");
  out->set_reason(info.reason);
}

void FillProbe(delivery::ProbeReport report, pb::TestDestinationResponse* out) {
  fhir::Issues issues;
  for (plugin::PluginIssue& issue : report.issues) {
    issues.push_back(pipeline::IssueOf(std::move(issue)));
  }
  if (!report.status.ok()) {
    issues.push_back(
        {fhir::Severity::kError, "transient", "", std::string(report.status.message())});
  }
  out->set_ok(report.status.ok());
  FillIssues(issues, out->mutable_issues());
  out->set_report_json(std::move(report.report_json));
}

}  // namespace kgw::server
