#ifndef GATEWAY_SERVER_OPERATION_MESSAGES_H_
#define GATEWAY_SERVER_OPERATION_MESSAGES_H_

#include "gateway/delivery/probe_report.h"
#include "gateway/plugin/plugin_info.h"
#include "gateway/v1/admin.pb.h"

// What the parts of the gateway that run say of themselves, as messages of gateway.v1.
namespace kgw::server {

void FillPlugin(const plugin::PluginInfo& info, gateway::v1::Plugin* out);
// A far side that was not reached is an issue of its own.
void FillProbe(delivery::ProbeReport report, gateway::v1::TestDestinationResponse* out);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_OPERATION_MESSAGES_H_
