#include "gateway/store/sqlite/claims.h"

#include <algorithm>
#include <utility>

#include "gateway/store/store.h"

namespace kgw::store {
namespace {

absl::Status TakeHeads(Writes& writes, const char* sql, int64_t dest, int64_t now, size_t limit,
                       std::vector<int64_t>* claimed) {
  Query find(writes.database(), sql);
  find.With(dest, now, static_cast<int64_t>(limit));
  while (claimed->size() < limit && find.Step()) {
    const int64_t id = find.Int(0);
    if (std::find(claimed->begin(), claimed->end(), id) == claimed->end()) claimed->push_back(id);
  }
  return find.status();
}

absl::Status MarkClaimed(Writes& writes, int64_t tenant, int64_t dest, int64_t id) {
  writes.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kPending),
               -1);
  writes.Count(tenant, Counted::kDeliveries, dest, static_cast<int64_t>(DeliveryState::kInFlight),
               1);
  Query set(writes.database(),
            "UPDATE delivery SET state = 1, attempts = attempts + 1 WHERE id = ?");
  return set.With(id).Done();
}

// The tenants that know a destination, with its word: {tenant, word}.
absl::StatusOr<std::vector<std::pair<int64_t, int64_t>>> Owners(Writes& writes,
                                                                std::string_view destination) {
  std::vector<std::pair<int64_t, int64_t>> owners;
  Query find(writes.database(),
             "SELECT t.id, w.id FROM tenant t CROSS JOIN word w "
             "ON w.tenant = t.id AND w.text = ?");
  find.With(destination);
  while (find.Step()) owners.emplace_back(find.Int(0), find.Int(1));
  if (!find.status().ok()) return find.status();
  return owners;
}

// Half for what has been tried before, so that neither starves the other; of an odd place each has
// it in turn.
absl::Status ClaimOf(Writes& writes, int64_t tenant, int64_t dest, size_t limit,
                     const ClaimRules& rules, bool tried_first, std::vector<int64_t>* claimed) {
  const int64_t now = MicrosOf(rules.now);
  std::vector<int64_t> heads;
  absl::Status status =
      TakeHeads(writes,
                "SELECT id FROM delivery WHERE dest = ? AND state = 0 AND due > ? "
                "AND state < 2 AND head = 1 ORDER BY due LIMIT ?",
                dest, MicrosOf(rules.furthest), limit, &heads);
  if (!status.ok()) return status;
  status =
      TakeHeads(writes,
                "SELECT id FROM delivery WHERE dest = ? AND state = 0 AND due > 0 AND due <= ? "
                "AND state < 2 AND head = 1 ORDER BY due LIMIT ?",
                dest, now, (limit + (tried_first ? 1 : 0)) / 2, &heads);
  if (!status.ok()) return status;
  status = TakeHeads(writes,
                     "SELECT id FROM delivery WHERE dest = ? AND state = 0 AND due <= ? "
                     "AND state < 2 AND head = 1 ORDER BY due, id LIMIT ?",
                     dest, now, limit, &heads);
  if (!status.ok()) return status;
  for (const int64_t id : heads) {
    if (status = MarkClaimed(writes, tenant, dest, id); !status.ok()) return status;
    claimed->push_back(id);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ClaimDue(Writes& writes, std::string_view destination, const ClaimRules& rules,
                      std::vector<int64_t>* claimed) {
  claimed->clear();
  auto owners = Owners(writes, destination);
  if (!owners.ok()) return owners.status();
  if (owners->empty()) return absl::OkStatus();
  size_t left = static_cast<size_t>(std::max(rules.limit, 0));
  size_t turns = owners->size();
  const bool tried_first = (rules.turn / turns) % 2 == 0;
  std::rotate(owners->begin(), owners->begin() + static_cast<int64_t>(rules.turn % turns),
              owners->end());
  for (const auto& [tenant, dest] : *owners) {
    if (left == 0) break;
    // A fair share of what is left, so that no tenant takes every place.
    const size_t share = std::max<size_t>(left / turns--, 1);
    const size_t before = claimed->size();
    absl::Status status = ClaimOf(writes, tenant, dest, share, rules, tried_first, claimed);
    if (!status.ok()) return status;
    left -= claimed->size() - before;
  }
  return absl::OkStatus();
}

}  // namespace kgw::store
