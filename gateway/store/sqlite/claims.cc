#include "gateway/store/sqlite/claims.h"

#include <algorithm>
#include <utility>

#include "gateway/store/rules/shares.h"
#include "gateway/store/store.h"

namespace kgw::store {
namespace {

absl::Status TakeHeads(Batch& batch, const char* sql, int64_t dest, int64_t now, size_t limit,
                       std::vector<int64_t>* claimed) {
  Query find(batch.database(), sql);
  find.With(dest, now, static_cast<int64_t>(limit));
  while (claimed->size() < limit && find.Step()) {
    const int64_t id = find.Int(0);
    if (std::find(claimed->begin(), claimed->end(), id) == claimed->end()) claimed->push_back(id);
  }
  return find.status();
}

absl::Status MarkClaimed(Batch& batch, int64_t tenant, int64_t dest, int64_t id) {
  batch.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kPending),
              -1);
  batch.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kInFlight),
              1);
  Query set(batch.database(),
            "UPDATE delivery SET state = [in_flight], attempts = attempts + 1 WHERE id = ?");
  return set.With(id).Done();
}

// The tenants that know a destination, with its word: {tenant, word}.
absl::StatusOr<std::vector<std::pair<int64_t, int64_t>>> Owners(Batch& batch,
                                                                std::string_view destination) {
  std::vector<std::pair<int64_t, int64_t>> owners;
  Query find(batch.database(),
             "SELECT t.id, w.id FROM tenant t CROSS JOIN word w "
             "ON w.tenant = t.id AND w.text = ?");
  find.With(destination);
  while (find.Step()) owners.emplace_back(find.Int(0), find.Int(1));
  if (!find.status().ok()) return find.status();
  return owners;
}

// At least `tried_places` of them for what has been tried before, where there is as much.
absl::Status ClaimOf(Batch& batch, int64_t tenant, int64_t dest, size_t limit,
                     const ClaimRules& rules, size_t tried_places, std::vector<int64_t>* claimed) {
  const int64_t now = MicrosOf(rules.now);
  std::vector<int64_t> heads;
  absl::Status status =
      TakeHeads(batch,
                "SELECT id FROM delivery WHERE dest = ? AND state = [pending] AND due > ? "
                "AND state < [held] AND head = 1 ORDER BY due LIMIT ?",
                dest, MicrosOf(rules.furthest), limit, &heads);
  if (!status.ok()) return status;
  status = TakeHeads(
      batch,
      "SELECT id FROM delivery WHERE dest = ? AND state = [pending] AND due > 0 AND due <= ? "
      "AND state < [held] AND head = 1 ORDER BY due LIMIT ?",
      dest, now, tried_places, &heads);
  if (!status.ok()) return status;
  status = TakeHeads(batch,
                     "SELECT id FROM delivery WHERE dest = ? AND state = [pending] AND due <= ? "
                     "AND state < [held] AND head = 1 ORDER BY due, id LIMIT ?",
                     dest, now, limit, &heads);
  if (!status.ok()) return status;
  for (const int64_t id : heads) {
    if (status = MarkClaimed(batch, tenant, dest, id); !status.ok()) return status;
    claimed->push_back(id);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ClaimDue(Batch& batch, std::string_view destination, const ClaimRules& rules,
                      std::vector<int64_t>* claimed) {
  claimed->clear();
  auto owners = Owners(batch, destination);
  if (!owners.ok()) return owners.status();
  if (owners->empty()) return absl::OkStatus();
  size_t left = static_cast<size_t>(std::max(rules.limit, 0));
  const size_t tenants = owners->size();
  size_t waiting = tenants;
  for (const auto& [tenant, dest] : InTurn(*std::move(owners), rules.turn)) {
    if (left == 0) break;
    const size_t share = ShareOf(left, waiting--);
    const size_t tried = PlacesForTried(share, rules.turn, tenants);
    const size_t before = claimed->size();
    absl::Status status = ClaimOf(batch, tenant, dest, share, rules, tried, claimed);
    if (!status.ok()) return status;
    left -= claimed->size() - before;
  }
  return absl::OkStatus();
}

}  // namespace kgw::store
