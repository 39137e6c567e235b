#ifndef GATEWAY_PIPELINE_PLUGIN_ISSUE_H_
#define GATEWAY_PIPELINE_PLUGIN_ISSUE_H_

#include "gateway/fhir/issue.h"
#include "gateway/plugin/mapper.h"

namespace kgw::pipeline {

// What a plug-in reported, as one of our own issues.
fhir::Issue IssueOf(plugin::PluginIssue issue);

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_PLUGIN_ISSUE_H_
