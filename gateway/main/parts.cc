#include "gateway/main/parts.h"

#include <algorithm>

#include "gateway/base/strings.h"

namespace kgw::main {
namespace {

fhir::Severity SeverityOf(int32_t severity) {
  switch (severity) {
    case KGW_FATAL:
      return fhir::Severity::kFatal;
    case KGW_ERROR:
      return fhir::Severity::kError;
    case KGW_WARNING:
      return fhir::Severity::kWarning;
    default:
      return fhir::Severity::kInformation;
  }
}

bool Offers(const plugin::PluginInfo& info, std::string_view interface_id) {
  return std::find(info.interfaces.begin(), info.interfaces.end(), interface_id) !=
         info.interfaces.end();
}

}  // namespace

void RunningOperations::Replace(std::shared_ptr<plugin::PluginSet> plugins) {
  MutexLock lock(mutex_);
  plugins_ = std::move(plugins);
}

std::shared_ptr<plugin::PluginSet> RunningOperations::Set() const {
  MutexLock lock(mutex_);
  return plugins_;
}

std::vector<server::PluginInfo> RunningOperations::Plugins() const {
  std::vector<server::PluginInfo> infos;
  for (plugin::PluginInfo& each : Set()->List()) {
    if (each.state == plugin::PluginState::kAvailable) continue;
    server::PluginInfo info;
    info.kind = Offers(each, KGW_MAPPER)      ? "mapper"
                : Offers(each, KGW_CONNECTOR) ? "connector"
                                              : "";
    info.name = std::move(each.name);
    info.id = std::move(each.id);
    info.version = std::move(each.version);
    info.sha256 = std::move(each.sha256);
    info.refused = each.state == plugin::PluginState::kRefused;
    info.reason = std::move(each.reason);
    const auto in_use = mappers_.find(info.name);
    if (in_use != mappers_.end() && !info.refused && info.reason.empty() &&
        in_use->second != StrCat(info.id, " ", info.version, " ", info.sha256)) {
      info.reason =
          StrCat("the gateway still maps with ", in_use->second, ": a restart takes this one");
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

std::vector<server::DestinationState> RunningOperations::Destinations() const {
  std::vector<server::DestinationState> states;
  for (delivery::DestinationStatus& status : engine_.Snapshot()) {
    states.push_back({std::move(status.name), std::move(status.state), std::move(status.detail)});
  }
  return states;
}

absl::StatusOr<server::ProbeReport> RunningOperations::Probe(std::string_view destination) {
  delivery::ProbeReport probed = engine_.Probe(destination);
  if (absl::IsNotFound(probed.status)) return probed.status;
  server::ProbeReport report;
  report.ok = probed.status.ok();
  report.report_json = std::move(probed.report_json);
  for (plugin::PluginIssue& issue : probed.issues) {
    report.issues.push_back({.severity = SeverityOf(issue.severity),
                             .code = std::move(issue.code),
                             .expression = std::move(issue.path),
                             .text = std::move(issue.text)});
  }
  if (!report.ok) {
    report.issues.push_back({.severity = fhir::Severity::kError,
                             .code = "transient",
                             .expression = "",
                             .text = std::string(probed.status.message())});
  }
  return report;
}

}  // namespace kgw::main
