#include "gateway/main/destinations.h"

#include <algorithm>
#include <utility>

#include "gateway/base/file.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::main {
namespace {

void WriteSettings(json::Writer& writer, const NamedValues& settings) {
  writer.Key("settings");
  writer.StartObject();
  for (const auto& [name, value] : settings) writer.Field(name, value);
  writer.EndObject();
}

absl::StatusOr<plugin::ConnectorGrant> GrantOf(const DestinationSettings& destination,
                                               plugin::StateStore* state) {
  plugin::ConnectorGrant grant;
  grant.instance = destination.route.name;
  grant.origins = {destination.url};
  grant.server_ca = destination.server_ca;
  grant.client_certificate = destination.tls.certificate;
  grant.client_key = destination.tls.private_key;
  grant.request_timeout = std::min(grant.request_timeout, destination.timeout);
  grant.max_request_timeout = destination.timeout;
  grant.state = state;
  if (destination.secret_file.empty() && destination.secret_environment.empty()) return grant;
  absl::StatusOr<std::string> token =
      ReadSecret(destination.secret_file, destination.secret_environment,
                 StrCat("destinations.", destination.route.name, ".bearer_token"));
  if (!token.ok()) return token.status();
  grant.bearer_token = *std::move(token);
  return grant;
}

}  // namespace

std::string MapperConfigJson(const NamedValues& settings) {
  std::string out;
  json::Writer writer(&out);
  writer.StartObject();
  WriteSettings(writer, settings);
  writer.EndObject();
  return out;
}

std::string ConnectorConfigJson(const DestinationSettings& destination,
                                const std::vector<std::string>& resource_types) {
  std::string out;
  json::Writer writer(&out);
  writer.StartObject();
  writer.Field("url", destination.url);
  writer.Field("people", destination.people);
  if (!resource_types.empty()) {
    writer.Key("resource_types");
    writer.StartArray();
    for (const std::string& type : resource_types) writer.String(type);
    writer.EndArray();
  }
  WriteSettings(writer, destination.settings);
  writer.EndObject();
  return out;
}

absl::StatusOr<std::vector<delivery::DestinationRuntime>> MakeRuntimes(
    const Settings& settings, const plugin::PluginSet& plugins, plugin::StateStore* state) {
  std::vector<delivery::DestinationRuntime> runtimes;
  const std::vector<std::string> resource_types = plugins.ResourceTypes();
  for (const DestinationSettings& destination : settings.destinations) {
    absl::StatusOr<plugin::ConnectorGrant> grant = GrantOf(destination, state);
    if (!grant.ok()) return grant.status();
    delivery::DestinationRuntime runtime;
    runtime.route = destination.route;
    runtime.plugin = destination.plugin;
    runtime.in_flight = destination.in_flight;
    runtime.timeout = destination.timeout;
    runtime.backoff = {destination.backoff_initial, destination.backoff_maximum};
    absl::StatusOr<std::unique_ptr<plugin::Connector>> connector = plugins.MakeConnector(
        destination.plugin, ConnectorConfigJson(destination, resource_types), *grant);
    if (connector.ok()) {
      runtime.connector = *std::move(connector);
    } else {
      runtime.refusal = std::string(connector.status().message());
    }
    runtimes.push_back(std::move(runtime));
  }
  return runtimes;
}

std::vector<privacy::Route> MakeRoutes(const Settings& settings) {
  std::vector<privacy::Route> routes;
  for (const DestinationSettings& each : settings.destinations) routes.push_back(each.route);
  return routes;
}

std::vector<intake::DestinationInfo> MakeInfos(const Settings& settings) {
  std::vector<intake::DestinationInfo> infos;
  for (const DestinationSettings& destination : settings.destinations) {
    infos.push_back({destination.route, destination.plugin, destination.url});
  }
  return infos;
}

}  // namespace kgw::main
