#include "gateway/server/admin_calls.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/server/operation_messages.h"
#include "gateway/server/tenant_pages.h"

namespace kgw::server {
namespace {

constexpr int kUsualPage = 100;
constexpr size_t kMostResourceBytes = size_t{2} << 20;
constexpr size_t kLongestReason = 1000;

absl::StatusOr<int> PageSize(int32_t asked, const intake::Rules& rules) {
  if (asked < 0) return InvalidFields({{"page_size", "must not be negative"}});
  const int most = static_cast<int>(rules.page_size);
  return std::min(asked == 0 ? kUsualPage : static_cast<int>(asked), most);
}

absl::Status CheckKey(const Asking& asking, access::Grant grant, const RecordKey& key) {
  return asking.rules.access->Check(asking.caller, grant, key.name.tenant, key.name.source);
}

void FillCounts(const std::map<std::string, int64_t>& counts,
                google::protobuf::RepeatedPtrField<pb::Count>* out) {
  for (const auto& [name, value] : counts) {
    pb::Count* count = out->Add();
    count->set_name(name);
    count->set_value(value);
  }
}

void Add(const std::map<std::string, int64_t>& from, std::map<std::string, int64_t>& to) {
  for (const auto& [name, value] : from) to[name] += value;
}

void Add(store::Ledger from, store::Ledger& to) {
  Add(from.records, to.records);
  Add(from.deliveries, to.deliveries);
  Add(from.feed, to.feed);
  for (const auto& [name, counts] : from.by_destination) Add(counts, to.by_destination[name]);
  to.agrees = to.agrees && from.agrees;
  for (std::string& each : from.disagreements) to.disagreements.push_back(std::move(each));
}

std::map<std::string, int64_t> NoDeliveries() {
  std::map<std::string, int64_t> counts = {{"created", 0}};
  for (store::DeliveryState state : store::kDeliveryStates) counts[store::NameOf(state)] = 0;
  return counts;
}

// A destination of all tenants is shown to everybody; one of some, to those bound to one of them.
bool MayKnow(const Asking& asking, const intake::DestinationInfo& info) {
  return info.route.tenants.empty() ||
         std::any_of(info.route.tenants.begin(), info.route.tenants.end(),
                     [&](const std::string& each) {
                       return asking.rules.access->MaySeeTenant(asking.caller, each);
                     });
}

// Every count there can be, so that a gateway without records shows zeros and not nothing.
store::Ledger EmptyLedger(const Asking& asking) {
  store::Ledger ledger;
  ledger.records = {{"received", 0}, {"duplicates", 0}, {"conflicts", 0}};
  for (store::RecordState state : store::kRecordStates) ledger.records[store::NameOf(state)] = 0;
  ledger.deliveries = NoDeliveries();
  for (const intake::DestinationInfo& each : asking.rules.destinations) {
    if (MayKnow(asking, each)) ledger.by_destination[each.route.name] = NoDeliveries();
  }
  ledger.feed = {{"rows", 0}, {"charges", 0}, {"voids", 0}};
  return ledger;
}

void FillLedger(const store::Ledger& ledger, pb::CheckLedgerResponse* out) {
  FillCounts(ledger.records, out->mutable_records());
  FillCounts(ledger.deliveries, out->mutable_deliveries());
  FillCounts(ledger.feed, out->mutable_feed());
  for (const auto& [name, counts] : ledger.by_destination) {
    pb::DestinationCounts* destination = out->add_by_destination();
    destination->set_destination(name);
    FillCounts(counts, destination->mutable_counts());
  }
  out->set_agrees(ledger.agrees);
  for (const std::string& each : ledger.disagreements) out->add_disagreements(each);
}

void Show(const Asking& asking, const store::DeliveryRow& row, pb::Delivery* out) {
  FillDelivery(row, out);
  if (!asking.rules.access->CheckGrant(asking.caller, access::Grant::kBodies).ok()) {
    LeaveOutClinical(out);
  }
}

}  // namespace

absl::Status AdminCalls::ListRecords(const Asking& asking, const pb::ListRecordsRequest& request,
                                     pb::ListRecordsResponse* out) {
  absl::StatusOr<std::vector<std::string>> tenants =
      TenantsAsked(store_, asking.rules, asking.caller, request.tenant());
  if (!tenants.ok()) return tenants.status();
  absl::StatusOr<int> limit = PageSize(request.page_size(), asking.rules);
  if (!limit.ok()) return limit.status();
  absl::StatusOr<std::optional<store::RecordState>> state = StateOf(request.state());
  if (!state.ok()) return state.status();
  store::RecordQuery query;
  query.state = *state;
  query.patient = request.patient();
  query.type = request.type();
  query.destination = request.destination();
  query.limit = *limit;
  query.page = request.page_token();
  absl::StatusOr<store::Page<store::RecordRow>> page = PageOverTenants<store::RecordRow>(
      *tenants, query, [this](const auto& each) { return store_.ListRecords(each); });
  if (!page.ok()) return page.status();
  const bool bodies = asking.rules.access->CheckGrant(asking.caller, access::Grant::kBodies).ok();
  for (const store::RecordRow& row : page->rows) {
    if (!asking.rules.access->MaySeeSource(asking.caller, row.key.name.source)) continue;
    FillRecord(row, out->add_records());
    if (!bodies) LeaveOutClinical(out->mutable_records(out->records_size() - 1));
  }
  out->set_next_page_token(page->next);
  return absl::OkStatus();
}

absl::Status AdminCalls::ListResources(const Asking& asking,
                                       const pb::ListResourcesRequest& request,
                                       pb::ListResourcesResponse* out) {
  absl::StatusOr<RecordKey> key = KeyOf(request.key(), /*newest=*/true);
  if (!key.ok()) return key.status();
  absl::Status allowed = CheckKey(asking, access::Grant::kBodies, *key);
  if (!allowed.ok()) return allowed;
  absl::StatusOr<int> limit = PageSize(request.page_size(), asking.rules);
  if (!limit.ok()) return limit.status();
  uint64_t first = 0;
  if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &first)) {
    return InvalidFields({{"page_token", "must be the next_page_token of the page before"}});
  }
  absl::StatusOr<std::vector<store::Resource>> resources = store_.GetResources(*key);
  if (!resources.ok()) return resources.status();
  size_t bytes = 0;
  size_t next = std::min<size_t>(first, resources->size());
  const size_t end = std::min(next + static_cast<size_t>(*limit), resources->size());
  while (next < end && bytes < kMostResourceBytes) {
    store::Resource& resource = (*resources)[next++];
    bytes += resource.body.size();
    pb::ResourceBody* body = out->add_resources();
    body->set_reference(resource.reference());
    body->set_role(std::move(resource.role));
    body->set_json(std::move(resource.body));
  }
  if (next < resources->size()) out->set_next_page_token(StrCat(next));
  return absl::OkStatus();
}

absl::Status AdminCalls::ListDeliveries(const Asking& asking,
                                        const pb::ListDeliveriesRequest& request,
                                        pb::ListDeliveriesResponse* out) {
  if (request.has_key()) {
    absl::StatusOr<RecordKey> key = KeyOf(request.key(), /*newest=*/true);
    if (!key.ok()) return key.status();
    absl::Status allowed = CheckKey(asking, access::Grant::kRead, *key);
    if (!allowed.ok()) return allowed;
    absl::StatusOr<std::vector<store::DeliveryRow>> rows = store_.GetDeliveries(*key);
    if (!rows.ok()) return rows.status();
    for (const store::DeliveryRow& row : *rows) Show(asking, row, out->add_deliveries());
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<std::string>> tenants =
      TenantsAsked(store_, asking.rules, asking.caller, request.tenant());
  if (!tenants.ok()) return tenants.status();
  absl::StatusOr<int> limit = PageSize(request.page_size(), asking.rules);
  if (!limit.ok()) return limit.status();
  absl::StatusOr<std::optional<store::DeliveryState>> state = StateOf(request.state());
  if (!state.ok()) return state.status();
  store::DeliveryQuery query;
  query.state = *state;
  query.patient = request.patient();
  query.destination = request.destination();
  query.limit = *limit;
  query.page = request.page_token();
  absl::StatusOr<store::Page<store::DeliveryRow>> page = PageOverTenants<store::DeliveryRow>(
      *tenants, query, [this](const auto& each) { return store_.ListDeliveries(each); });
  if (!page.ok()) return page.status();
  for (const store::DeliveryRow& row : page->rows) {
    if (asking.rules.access->MaySeeSource(asking.caller, row.key.record.name.source)) {
      Show(asking, row, out->add_deliveries());
    }
  }
  out->set_next_page_token(page->next);
  return absl::OkStatus();
}

absl::Status AdminCalls::CheckLedger(const Asking& asking, const pb::CheckLedgerRequest& request,
                                     pb::CheckLedgerResponse* out) {
  absl::StatusOr<std::vector<std::string>> tenants =
      TenantsAsked(store_, asking.rules, asking.caller, request.tenant());
  if (!tenants.ok()) return tenants.status();
  store::Ledger sum = EmptyLedger(asking);
  for (const std::string& tenant : *tenants) {
    absl::StatusOr<store::Ledger> ledger = store_.CheckLedger(tenant);
    if (!ledger.ok()) return ledger.status();
    Add(*std::move(ledger), sum);
  }
  FillLedger(sum, out);
  return absl::OkStatus();
}

absl::Status AdminCalls::ListPlugins(const Asking& asking, pb::ListPluginsResponse* out) {
  absl::Status allowed = asking.rules.access->CheckGrant(asking.caller, access::Grant::kRead);
  if (!allowed.ok()) return allowed;
  for (const plugin::PluginInfo& info : operations_.Plugins()) {
    FillPlugin(info, out->add_plugins());
  }
  return absl::OkStatus();
}

absl::Status AdminCalls::ListDestinations(const Asking& asking, pb::ListDestinationsResponse* out) {
  absl::StatusOr<std::vector<std::string>> tenants =
      TenantsAsked(store_, asking.rules, asking.caller, "");
  if (!tenants.ok()) return tenants.status();
  absl::StatusOr<std::vector<store::DestinationDepth>> depths = store_.DepthsOf(*tenants);
  if (!depths.ok()) return depths.status();
  const std::vector<delivery::DestinationStatus> states = operations_.Destinations();
  for (const intake::DestinationInfo& info : asking.rules.destinations) {
    if (!MayKnow(asking, info)) continue;
    pb::Destination* destination = out->add_destinations();
    destination->set_name(info.route.name);
    destination->set_plugin(info.plugin);
    destination->set_url(info.url);
    destination->set_purpose(info.route.purpose);
    destination->set_production(info.route.production);
    for (const std::string& type : info.route.record_types) destination->add_record_types(type);
    for (const delivery::DestinationStatus& state : states) {
      if (state.name != info.route.name) continue;
      destination->set_state(state.state);
      destination->set_detail(state.detail);
    }
    for (const store::DestinationDepth& depth : *depths) {
      if (depth.destination != info.route.name) continue;
      destination->set_pending(depth.pending);
      destination->set_held(depth.held);
      destination->set_in_flight(depth.in_flight);
      destination->set_dead(depth.dead);
      if (depth.oldest < absl::InfiniteFuture()) {
        FillTime(depth.oldest, destination->mutable_oldest());
      }
    }
  }
  return absl::OkStatus();
}

absl::Status AdminCalls::TestDestination(const Asking& asking,
                                         const pb::TestDestinationRequest& request,
                                         pb::TestDestinationResponse* out) {
  absl::Status allowed = asking.rules.access->CheckGrant(asking.caller, access::Grant::kOperate);
  if (!allowed.ok()) return allowed;
  if (request.name().empty()) return InvalidFields({{"name", "must not be empty"}});
  const std::vector<intake::DestinationInfo>& known = asking.rules.destinations;
  const auto info = std::find_if(
      known.begin(), known.end(),
      [&](const intake::DestinationInfo& each) { return each.route.name == request.name(); });
  if (info == known.end() || !MayKnow(asking, *info)) {
    return absl::NotFoundError(StrCat("no destination is called ", request.name()));
  }
  if (info->route.tenants.empty()) {
    // What is asked of it concerns every tenant.
    allowed = asking.rules.access->CheckTenant(asking.caller, access::Grant::kOperate, "*");
    if (!allowed.ok()) return allowed;
  }
  delivery::ProbeReport report = operations_.Probe(request.name());
  if (absl::IsNotFound(report.status)) return report.status;
  FillProbe(std::move(report), out);
  return absl::OkStatus();
}

absl::Status AdminCalls::RetryDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                                       pb::DeliveryResponse* out) {
  return Pull(
      asking, request,
      [this](const store::DeliveryKey& key, std::string_view why) {
        return store_.RetryDelivery(key, why);
      },
      out);
}

absl::Status AdminCalls::CancelDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                                        pb::DeliveryResponse* out) {
  return Pull(
      asking, request,
      [this](const store::DeliveryKey& key, std::string_view why) {
        return store_.CancelDelivery(key, why);
      },
      out);
}

absl::Status AdminCalls::HoldDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                                      pb::DeliveryResponse* out) {
  return Pull(
      asking, request,
      [this](const store::DeliveryKey& key, std::string_view why) {
        return store_.HoldDelivery(key, why);
      },
      out);
}

absl::Status AdminCalls::Pull(const Asking& asking, const pb::DeliveryRequest& request,
                              const Lever& lever, pb::DeliveryResponse* out) {
  absl::StatusOr<RecordKey> key = KeyOf(request.key(), /*newest=*/true);
  if (!key.ok()) return key.status();
  if (request.destination().empty()) {
    return InvalidFields({{"destination", "must not be empty"}});
  }
  if (request.reason().size() > kLongestReason) {
    return InvalidFields({{"reason", StrCat("must have at most ", kLongestReason, " bytes")}});
  }
  absl::Status allowed = CheckKey(asking, access::Grant::kOperate, *key);
  if (!allowed.ok()) return allowed;
  if (key->version == 0) {
    absl::StatusOr<store::RecordRow> newest = store_.GetRecord(*key);
    if (!newest.ok()) return newest.status();
    key->version = newest->key.version;
  }
  const std::string why = StrCat(asking.caller, ": ", request.reason());
  absl::Status pulled = lever({*key, request.destination()}, why);
  if (!pulled.ok()) return pulled;
  absl::StatusOr<std::vector<store::DeliveryRow>> rows = store_.GetDeliveries(*key);
  if (!rows.ok()) return rows.status();
  for (const store::DeliveryRow& row : *rows) {
    if (row.key.destination == request.destination()) Show(asking, row, out->mutable_delivery());
  }
  return absl::OkStatus();
}

}  // namespace kgw::server
