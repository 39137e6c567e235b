#include <algorithm>
#include <cstdio>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/record_key_text.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;
constexpr int kLargestPage = 1000;

ExitCode NoSuchState(const std::string& state) {
  std::fprintf(stderr, "kapctl: no such state: %s\n", state.c_str());
  return kUsage;
}

std::string FirstIssue(const IssueList& issues) {
  for (const v1::Issue& issue : issues) {
    if (issue.severity() != "information") return StrCat(issue.code(), " ", issue.expression());
  }
  return "";
}

void PrintNext(Output output, const std::string& next) {
  if (next.empty()) return;
  if (output.json) {
    std::printf("{\"next_page\":\"%s\"}\n", next.c_str());
  } else {
    std::fprintf(stderr, "more: --page %s\n", next.c_str());
  }
}

// Asks for pages until `limit` rows are there; `next` keeps the token of what is left.
template <typename Request, typename Fetch, typename Take>
absl::Status Pages(Request request, const ListOptions& options, const Fetch& fetch,
                   const Take& take, std::string* next) {
  request.set_page_token(options.page);
  for (int left = options.limit; left > 0;) {
    request.set_page_size(std::min(left, kLargestPage));
    auto page = fetch(request);
    if (!page.ok()) return page.status();
    left -= take(*page);
    *next = page->next_page_token();
    if (next->empty()) break;
    request.set_page_token(*next);
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode Records(const Connection& connection, Output output, const ListOptions& options) {
  v1::ListRecordsRequest request;
  request.set_tenant(options.tenant);
  request.set_patient(options.patient);
  request.set_type(options.type);
  request.set_state(RecordStateNamed(options.state));
  if (!options.state.empty() && request.state() == 0) return NoSuchState(options.state);
  auto client = Client::Connect(connection);
  if (!client.ok()) return Complain(client.status());
  Table table({"KEY", "STATE", "RESOURCES", "DELIVERIES", "RECEIVED", "ISSUE"});
  bool withheld = false;
  const auto take = [&](const v1::ListRecordsResponse& page) {
    for (const v1::RecordSummary& record : page.records()) {
      withheld = withheld || record.clinical_withheld();
      if (output.json) {
        std::printf("%s\n", ToJsonLine(record).c_str());
      } else {
        table.Add({RecordKeyText(record.key()), std::string(StateName(record.state())),
                   std::to_string(record.resources()), std::to_string(record.deliveries()),
                   TimeText(record.received_at()), FirstIssue(record.issues())});
      }
    }
    return page.records_size();
  };
  std::string next;
  const absl::Status done = Pages(
      request, options, [&](const auto& asked) { return client->ListRecords(asked); }, take, &next);
  if (!output.json && !table.empty()) table.Print();
  if (!output.json && withheld) {
    SayToErrors("safety signals and texts of issues need the right 'bodies'\n");
  }
  PrintNext(output, next);
  return Complain(done);
}

ExitCode Deliveries(const Connection& connection, Output output, const ListOptions& options) {
  v1::ListDeliveriesRequest request;
  request.set_tenant(options.tenant);
  request.set_patient(options.patient);
  request.set_destination(options.destination);
  request.set_state(DeliveryStateNamed(options.state));
  if (!options.record.empty()) {
    auto key = ParseRecordKey(options.record);
    if (!key.ok()) return Complain(key.status()), kUsage;
    *request.mutable_key() = *std::move(key);
  }
  if (!options.state.empty() && request.state() == 0) return NoSuchState(options.state);
  auto client = Client::Connect(connection);
  if (!client.ok()) return Complain(client.status());
  Table table({"KEY", "DESTINATION", "STATE", "ATTEMPTS", "LANE", "WHY"});
  const auto take = [&](const v1::ListDeliveriesResponse& page) {
    for (const v1::Delivery& delivery : page.deliveries()) {
      if (output.json) {
        std::printf("%s\n", ToJsonLine(delivery).c_str());
      } else {
        table.Add({RecordKeyText(delivery.key()), delivery.destination(),
                   std::string(StateName(delivery.state())), std::to_string(delivery.attempts()),
                   delivery.lane(), delivery.error().text()});
      }
    }
    return page.deliveries_size();
  };
  std::string next;
  const absl::Status done = Pages(
      request, options, [&](const auto& asked) { return client->ListDeliveries(asked); }, take,
      &next);
  if (!output.json && !table.empty()) table.Print();
  PrintNext(output, next);
  return Complain(done);
}

ExitCode ActOnDelivery(const Connection& connection, Output output, const ActionOptions& options) {
  auto key = ParseRecordKey(options.key);
  if (!key.ok()) return Complain(key.status()), kUsage;
  auto client = Client::Connect(connection);
  if (!client.ok()) return Complain(client.status());
  v1::DeliveryRequest request;
  *request.mutable_key() = *key;
  request.set_destination(options.destination);
  request.set_reason(options.reason);
  auto response = client->ActOnDelivery(options.action, request);
  if (!response.ok()) return Complain(response.status());
  if (output.json) {
    std::printf("%s\n", ToJsonLine(response->delivery()).c_str());
  } else {
    Say("%s to %s is %s\n", RecordKeyText(response->delivery().key()).c_str(),
        options.destination.c_str(), std::string(StateName(response->delivery().state())).c_str());
  }
  return kOk;
}

}  // namespace kgw::ctl
