#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/record_key_text.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

// Everything the gateway keeps about one record.
struct Story {
  v1::GetRecordResponse record;
  v1::ListResourcesResponse resources;
  v1::ListDeliveriesResponse deliveries;
  std::string record_json;
};

absl::StatusOr<Story> Read(Client& client, const v1::RecordKey& key) {
  Story story;
  v1::GetRecordRequest record;
  *record.mutable_key() = key;
  auto stored = client.GetRecord(record);
  if (!stored.ok()) return stored.status();
  story.record = *std::move(stored);
  auto made = client.ListResources(story.record.key());
  if (!made.ok()) return made.status();
  story.resources = *std::move(made);
  v1::ListDeliveriesRequest deliveries;
  *deliveries.mutable_key() = story.record.key();
  deliveries.set_tenant(key.tenant());
  auto sent = client.ListDeliveries(deliveries);
  if (!sent.ok()) return sent.status();
  story.deliveries = *std::move(sent);
  const auto printed =
      google::protobuf::util::MessageToJsonString(story.record.record(), &story.record_json);
  if (!printed.ok()) return absl::InternalError(printed.ToString());
  return story;
}

std::string StoryJson(const Story& story) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Key("key");
  WriteKey(writer, story.record.key());
  writer.Field("state", StateName(story.record.state()));
  writer.Field("receipt", story.record.receipt());
  writer.Key("issues");
  WriteIssues(writer, story.record.issues());
  writer.Key("safety_signals");
  WriteSignals(writer, story.record.safety_signals());
  writer.Key("record");
  writer.Raw(story.record_json);
  writer.Key("resources");
  writer.StartArray();
  for (const v1::ResourceBody& resource : story.resources.resources()) writer.Raw(resource.json());
  writer.EndArray();
  writer.Key("deliveries");
  writer.StartArray();
  for (const v1::Delivery& delivery : story.deliveries.deliveries()) {
    writer.Raw(ToJsonLine(delivery));
  }
  writer.EndArray();
  writer.EndObject();
  return line;
}

void PrintStory(const Story& story) {
  Say("%s  %s\nreceipt %s\n", RecordKeyText(story.record.key()).c_str(),
      std::string(StateName(story.record.state())).c_str(), story.record.receipt().c_str());
  for (const v1::Issue& issue : story.record.issues()) {
    Say("%s %s at %s: %s\n", issue.severity().c_str(), issue.code().c_str(),
        issue.expression().c_str(), issue.text().c_str());
  }
  for (const v1::SafetySignal& signal : story.record.safety_signals()) {
    Say("SAFETY %s: %s %s\n", signal.rule().c_str(), signal.text().c_str(),
        signal.resource().c_str());
  }
  Say("\nas received\n%s\n\n", story.record_json.c_str());
  Table resources({"RESOURCE", "ROLE"});
  for (const v1::ResourceBody& resource : story.resources.resources()) {
    resources.Add({resource.reference(), resource.role()});
  }
  if (!resources.empty()) resources.Print(), std::printf("\n");
  for (const v1::Delivery& delivery : story.deliveries.deliveries()) {
    Say("to %s: %s after %d attempts  %s\n", delivery.destination().c_str(),
        std::string(StateName(delivery.state())).c_str(), delivery.attempts(),
        delivery.error().text().c_str());
    Table entries({"  OURS", "THEIRS", "VERSION", "STATE"});
    for (const v1::DeliveryEntry& entry : delivery.entries()) {
      entries.Add({StrCat("  ", entry.resource()), entry.remote(), entry.version(), entry.state()});
    }
    if (!entries.empty()) entries.Print();
  }
}

}  // namespace

ExitCode Resources(const Connection& connection, Output output, const std::string& key_text) {
  auto key = ParseRecordKey(key_text);
  if (!key.ok()) return ComplainOfUsage(key.status());
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  auto response = client->ListResources(*key);
  if (!response.ok()) return Complain(response.status());
  Table table({"RESOURCE", "ROLE", "BYTES"});
  for (const v1::ResourceBody& resource : response->resources()) {
    if (output.json) {
      std::printf("%s\n", resource.json().c_str());
    } else {
      table.Add({resource.reference(), resource.role(), std::to_string(resource.json().size())});
    }
  }
  if (!output.json) table.empty() ? SayToErrors("none\n") : table.Print();
  return kOk;
}

ExitCode Show(const Connection& connection, Output output, const std::string& key_text) {
  auto key = ParseRecordKey(key_text);
  if (!key.ok()) return ComplainOfUsage(key.status());
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  auto story = Read(*client, *key);
  if (!story.ok()) return Complain(story.status());
  if (output.json) {
    std::printf("%s\n", StoryJson(*story).c_str());
  } else {
    PrintStory(*story);
  }
  return kOk;
}

}  // namespace kgw::ctl
