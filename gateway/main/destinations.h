#ifndef GATEWAY_MAIN_DESTINATIONS_H_
#define GATEWAY_MAIN_DESTINATIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/delivery/destination.h"
#include "gateway/intake/rules.h"
#include "gateway/main/settings.h"
#include "gateway/plugin/plugin_set.h"
#include "gateway/privacy/route.h"

namespace kgw::main {

// {"settings":{"name":"value"}}: what a mapper is made with.
std::string MapperConfigJson(const NamedValues& settings);
// {"url":..,"people":..,"resource_types":[..],"settings":{..}}: what a connector is made with;
// without resource_types where there are none.
std::string ConnectorConfigJson(const DestinationSettings& destination,
                                const std::vector<std::string>& resource_types);

// The destinations as delivery sees them, with a connector each. A plug-in that is refused, or
// cannot be made, leaves its reason and stops nobody else. Fails only where a secret that is named
// cannot be read.
absl::StatusOr<std::vector<delivery::DestinationRuntime>> MakeRuntimes(
    const Settings& settings, const plugin::PluginSet& plugins, plugin::StateStore* state);
// As the pipeline sees them.
std::vector<privacy::Route> MakeRoutes(const Settings& settings);
// As AdminService shows them.
std::vector<intake::DestinationInfo> MakeInfos(const Settings& settings);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_DESTINATIONS_H_
