#include <cstdio>

#include "gateway/base/json.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/far_side.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {

namespace v1 = gateway::v1;

ExitCode Plugins(const Connection& connection, Output output) {
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  auto response = client->ListPlugins(v1::ListPluginsRequest());
  if (!response.ok()) return Complain(response.status());
  Table table({"NAME", "ID", "VERSION", "KIND", "STATE", "REASON"});
  for (const v1::Plugin& plugin : response->plugins()) {
    if (output.json) {
      std::printf("%s\n", ToJsonLine(plugin).c_str());
    } else {
      table.Add({plugin.name(), plugin.id(), plugin.version(), plugin.kind(), plugin.state(),
                 plugin.reason()});
    }
  }
  if (!output.json) table.empty() ? SayToErrors("none\n") : table.Print();
  return kOk;
}

ExitCode Destinations(const Connection& connection, Output output) {
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  auto response = client->ListDestinations(v1::ListDestinationsRequest());
  if (!response.ok()) return Complain(response.status());
  Table table({"NAME", "PLUGIN", "PURPOSE", "STATE", "PENDING", "IN FLIGHT", "HELD", "DEAD",
               "OLDEST", "DETAIL"});
  for (const v1::Destination& destination : response->destinations()) {
    if (output.json) {
      std::printf("%s\n", ToJsonLine(destination).c_str());
    } else {
      table.Add({destination.name(), destination.plugin(), destination.purpose(),
                 destination.state(), std::to_string(destination.pending()),
                 std::to_string(destination.in_flight()), std::to_string(destination.held()),
                 std::to_string(destination.dead()), TimeText(destination.oldest()),
                 destination.detail()});
    }
  }
  if (!output.json) table.empty() ? SayToErrors("none\n") : table.Print();
  return kOk;
}

ExitCode TestDestination(const Connection& connection, Output output, const std::string& name) {
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  v1::TestDestinationRequest request;
  request.set_name(name);
  auto response = client->TestDestination(request);
  if (!response.ok()) return Complain(response.status());
  if (output.json) {
    std::string line;
    json::Writer writer(&line);
    writer.StartObject();
    writer.Field("name", name);
    writer.Key("ok");
    writer.Bool(response->ok());
    writer.Key("report");
    if (response->report_json().empty()) {
      writer.Null();
    } else {
      writer.Raw(response->report_json());
    }
    writer.Key("issues");
    WriteIssues(writer, response->issues());
    writer.EndObject();
    std::printf("%s\n", line.c_str());
    return response->ok() ? kOk : kNo;
  }
  PrintFarSide(name, *response);
  return response->ok() ? kOk : kNo;
}

}  // namespace kgw::ctl
