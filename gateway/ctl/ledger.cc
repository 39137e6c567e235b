#include <google/protobuf/repeated_ptr_field.h>

#include <cstdio>

#include "gateway/base/json.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;
using Counts = google::protobuf::RepeatedPtrField<v1::Count>;

void WriteCounts(json::Writer& writer, const Counts& counts) {
  writer.StartObject();
  for (const v1::Count& count : counts) {
    writer.Key(count.name());
    writer.Integer(count.value());
  }
  writer.EndObject();
}

std::string LedgerJson(const v1::CheckLedgerResponse& ledger) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Key("records");
  WriteCounts(writer, ledger.records());
  writer.Key("deliveries");
  WriteCounts(writer, ledger.deliveries());
  writer.Key("by_destination");
  writer.StartObject();
  for (const v1::DestinationCounts& destination : ledger.by_destination()) {
    writer.Key(destination.destination());
    WriteCounts(writer, destination.counts());
  }
  writer.EndObject();
  writer.Key("feed");
  WriteCounts(writer, ledger.feed());
  writer.Key("agrees");
  writer.Bool(ledger.agrees());
  writer.Key("disagreements");
  writer.StartArray();
  for (const std::string& sentence : ledger.disagreements()) writer.String(sentence);
  writer.EndArray();
  writer.EndObject();
  return line;
}

void PrintLedger(const v1::CheckLedgerResponse& ledger) {
  Table table({"WHAT", "COUNTED", "NUMBER"});
  for (const v1::Count& count : ledger.records()) {
    table.Add({"records", count.name(), std::to_string(count.value())});
  }
  for (const v1::Count& count : ledger.deliveries()) {
    table.Add({"deliveries", count.name(), std::to_string(count.value())});
  }
  for (const v1::DestinationCounts& destination : ledger.by_destination()) {
    for (const v1::Count& count : destination.counts()) {
      table.Add({"to " + destination.destination(), count.name(), std::to_string(count.value())});
    }
  }
  for (const v1::Count& count : ledger.feed()) {
    table.Add({"billing feed", count.name(), std::to_string(count.value())});
  }
  table.Print();
  for (const std::string& sentence : ledger.disagreements()) {
    Say("DISAGREES: %s\n", sentence.c_str());
  }
  std::printf("%s\n", ledger.agrees() ? "the ledger agrees with the rows"
                                      : "the ledger does not agree with the rows");
}

}  // namespace

ExitCode Ledger(const Connection& connection, Output output, const std::string& tenant) {
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  v1::CheckLedgerRequest request;
  request.set_tenant(tenant);
  auto ledger = client->CheckLedger(request);
  if (!ledger.ok()) return Complain(ledger.status());
  if (output.json) {
    std::printf("%s\n", LedgerJson(*ledger).c_str());
  } else {
    PrintLedger(*ledger);
  }
  return ledger->agrees() ? kOk : kNo;
}

}  // namespace kgw::ctl
