#include <algorithm>
#include <cstdio>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/names.h"
#include "gateway/ctl/record_key_text.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;
constexpr int kLargestPage = 1000;

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

// Whoever asks for nothing that is there should know whether it could be there. Names are checked
// only then: records and deliveries may be of types and destinations from before.
absl::Status CheckNames(Client& client, const ListOptions& options) {
  if (!options.type.empty()) {
    absl::Status known = CheckName("type of record", options.type, RecordTypes());
    if (!known.ok()) return known;
  }
  if (options.destination.empty()) return absl::OkStatus();
  auto response = client.ListDestinations(v1::ListDestinationsRequest());
  if (!response.ok()) return response.status();
  std::vector<std::string> names;
  for (const v1::Destination& destination : response->destinations()) {
    names.push_back(destination.name());
  }
  return CheckName("destination", options.destination, names);
}

const char* Nothing(const ListOptions& options) {
  const bool parked = options.states == std::vector<std::string>{"parked"};
  return parked && !options.destination.empty()
             ? "none: a parked record has no delivery before it is mapped"
             : "none";
}

ExitCode EndOfList(Client& client, Output output, const ListOptions& options, const Table& table,
                   int64_t rows, const std::string& next, const absl::Status& done) {
  if (!output.json && !table.empty()) table.Print();
  PrintNext(output, next);
  if (!done.ok()) return Complain(done);
  if (rows > 0 || !next.empty()) return kOk;
  if (const absl::Status known = CheckNames(client, options); !known.ok()) {
    return absl::IsInvalidArgument(known) ? ComplainOfUsage(known) : Complain(known);
  }
  if (!output.json) SayToErrors("%s\n", Nothing(options));
  return kOk;
}

// Asks for pages until `limit` rows are there; `next` keeps the token of what is left.
template <typename Request, typename Fetch, typename Take>
absl::Status Pages(Request request, const ListOptions& options, const Fetch& fetch,
                   const Take& take, std::string* next) {
  request.set_page_token(options.page);
  next->clear();
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

// Without the words, what is known of them.
std::string Why(const v1::Delivery& delivery) {
  return delivery.clinical_withheld() ? delivery.error().class_() : delivery.error().text();
}

std::vector<std::string> StatesOf(const ListOptions& options) {
  if (options.stuck) return {"held", "dead"};
  return options.states;
}

// Of a record's own list the gateway filters nothing, so it is done here.
bool IsAskedFor(const ListOptions& options, const v1::Delivery& delivery) {
  const std::vector<std::string> states = StatesOf(options);
  const bool state = states.empty() || std::find(states.begin(), states.end(),
                                                 StateName(delivery.state())) != states.end();
  const bool waits =
      delivery.state() == v1::DELIVERY_STATE_HELD && delivery.error().class_() == "waiting";
  const bool there = options.destination.empty() || delivery.destination() == options.destination;
  return state && there && !(options.stuck && waits);
}

// Lists one state after the other, as the gateway filters by one. A page token of several states
// names the state it goes on with: "dead:TOKEN".
template <typename ListOne>
absl::Status EachState(v1::ListDeliveriesRequest request, ListOptions options,
                       const ListOne& list_one, std::string* next) {
  const std::vector<std::string> states = StatesOf(options);
  if (states.empty() || request.has_key()) {
    return list_one(request, options, next).status();
  }
  size_t first = 0;
  if (states.size() > 1 && !options.page.empty()) {
    const std::string name = options.page.substr(0, options.page.find(':'));
    first = std::find(states.begin(), states.end(), name) - states.begin();
    if (first == states.size() || name.size() == options.page.size()) {
      return absl::InvalidArgumentError("this --page is not of a list of these states");
    }
    options.page.erase(0, name.size() + 1);
  }
  for (size_t i = first; i < states.size(); ++i) {
    if (options.limit == 0) {
      *next = states[i] + ":";
      return absl::OkStatus();
    }
    request.set_state(DeliveryStateNamed(states[i]));
    const absl::StatusOr<int> listed = list_one(request, options, next);
    if (!listed.ok()) return listed.status();
    if (!next->empty()) {
      if (states.size() > 1) *next = StrCat(states[i], ":", *next);
      return absl::OkStatus();
    }
    options.limit -= *listed;
    options.page.clear();
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode Records(const Connection& connection, Output output, const ListOptions& options) {
  v1::ListRecordsRequest request;
  request.set_tenant(options.tenant);
  request.set_patient(options.patient);
  request.set_type(options.type);
  request.set_destination(options.destination);
  if (!options.states.empty()) request.set_state(RecordStateNamed(options.states[0]));
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  Table table({"KEY", "STATE", "RESOURCES", "DELIVERIES", "RECEIVED", "ISSUE"});
  bool withheld = false;
  int64_t rows = 0;
  const auto take = [&](const v1::ListRecordsResponse& page) {
    rows += page.records_size();
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
  const ExitCode code = EndOfList(*client, output, options, table, rows, next, done);
  if (!output.json && withheld) {
    SayToErrors("safety signals and texts of issues need the right 'bodies'\n");
  }
  return code;
}

ExitCode Deliveries(const Connection& connection, Output output, const ListOptions& options) {
  v1::ListDeliveriesRequest request;
  request.set_tenant(options.tenant);
  request.set_patient(options.patient);
  request.set_destination(options.destination);
  if (!options.record.empty()) {
    auto key = ParseRecordKey(options.record);
    if (!key.ok()) return ComplainOfUsage(key.status());
    *request.mutable_key() = *std::move(key);
  }
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  Table table({"KEY", "DESTINATION", "STATE", "ATTEMPTS", "LANE", "WHY"});
  bool withheld = false;
  int rows = 0;
  const auto take = [&](const v1::ListDeliveriesResponse& page) {
    const int before = rows;
    for (const v1::Delivery& delivery : page.deliveries()) {
      if (!IsAskedFor(options, delivery)) continue;
      ++rows;
      withheld = withheld || delivery.clinical_withheld();
      if (output.json) {
        std::printf("%s\n", ToJsonLine(delivery).c_str());
      } else {
        table.Add({RecordKeyText(delivery.key()), delivery.destination(),
                   std::string(StateName(delivery.state())), std::to_string(delivery.attempts()),
                   delivery.lane(), Why(delivery)});
      }
    }
    return rows - before;
  };
  std::string next;
  const absl::Status done = EachState(
      request, options,
      [&](const v1::ListDeliveriesRequest& one, const ListOptions& part, std::string* token) {
        const int before = rows;
        const absl::Status listed = Pages(
            one, part, [&](const auto& asked) { return client->ListDeliveries(asked); }, take,
            token);
        return listed.ok() ? absl::StatusOr<int>(rows - before) : listed;
      },
      &next);
  const ExitCode code = EndOfList(*client, output, options, table, rows, next, done);
  if (!output.json && withheld) {
    SayToErrors("the words of the far side and of plug-ins need the right 'bodies'\n");
  }
  return code;
}

ExitCode ActOnDelivery(const Connection& connection, Output output, const ActionOptions& options) {
  auto key = ParseRecordKey(options.key);
  if (!key.ok()) return ComplainOfUsage(key.status());
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
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
