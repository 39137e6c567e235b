#include "gateway/store/sqlite/claims.h"

#include <algorithm>
#include <utility>

#include "gateway/store/rules/shares.h"
#include "gateway/store/sqlite/deliveries.h"

namespace kgw::store {
namespace {

// A tenant that knows the destination, with its word for it.
struct Owned {
  int64_t tenant = 0;
  int64_t dest = 0;
};

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

absl::Status MarkClaimed(Batch& batch, const Owned& owned, const ClaimRequest& request, int64_t id,
                         std::vector<ClaimedRow>* claimed) {
  batch.Count(owned.tenant, Counted::kDeliveries, owned.dest,
              static_cast<int64_t>(DeliveryState::kPending), -1);
  batch.Count(owned.tenant, Counted::kDeliveries, owned.dest,
              static_cast<int64_t>(DeliveryState::kInFlight), 1);
  auto owner = batch.Word(owned.tenant, request.owner);
  if (!owner.ok()) return owner.status();
  Query set(batch.database(),
            "UPDATE delivery SET state = [in_flight], attempts = attempts + 1, due = ?, owner = ?, "
            "token = token + 1 WHERE id = ? RETURNING token");
  set.With(MicrosOf(request.now + request.lease), *owner, id);
  if (set.Step()) claimed->push_back({id, set.Int(0)});
  return set.Done();
}

// What other owners have left in flight beyond their leases is pending again.
absl::Status ReleaseRunOut(Batch& batch, const Owned& owned, const ClaimRequest& request) {
  auto owner = batch.Word(owned.tenant, request.owner);
  if (!owner.ok()) return owner.status();
  std::vector<int64_t> ids;
  {
    Query find(batch.database(),
               "SELECT id FROM delivery WHERE dest = ? AND state = [in_flight] AND due <= ? "
               "AND state < [held] AND head = 1 AND owner <> ? ORDER BY due LIMIT ?");
    find.With(owned.dest, MicrosOf(request.now), *owner, static_cast<int64_t>(request.limit));
    while (find.Step()) ids.push_back(find.Int(0));
    if (!find.status().ok()) return find.status();
  }
  for (const int64_t id : ids) {
    if (absl::Status status = Release(batch, id); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Owned>> OwnedOf(Database& database, std::string_view destination) {
  std::vector<Owned> all;
  Query find(database,
             "SELECT t.id, w.id FROM tenant t CROSS JOIN word w "
             "ON w.tenant = t.id AND w.text = ?");
  find.With(destination);
  while (find.Step()) all.push_back({find.Int(0), find.Int(1)});
  if (!find.status().ok()) return find.status();
  return all;
}

// At least `tried_places` of them for what has been tried before, where there is as much.
absl::Status ClaimOf(Batch& batch, const Owned& owned, size_t limit, const ClaimRequest& request,
                     size_t tried_places, std::vector<ClaimedRow>* claimed) {
  absl::Status status = ReleaseRunOut(batch, owned, request);
  if (!status.ok()) return status;
  const int64_t dest = owned.dest;
  const int64_t now = MicrosOf(request.now);
  std::vector<int64_t> heads;
  status = TakeHeads(batch,
                     "SELECT id FROM delivery WHERE dest = ? AND state = [pending] AND due > ? "
                     "AND state < [held] AND head = 1 ORDER BY due LIMIT ?",
                     dest, MicrosOf(request.furthest), limit, &heads);
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
    if (status = MarkClaimed(batch, owned, request, id, claimed); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ClaimDue(Batch& batch, const ClaimRequest& request, uint64_t turn,
                      std::vector<ClaimedRow>* claimed) {
  claimed->clear();
  auto all = OwnedOf(batch.database(), request.destination);
  if (!all.ok()) return all.status();
  size_t left = static_cast<size_t>(std::max(request.limit, 0));
  const size_t tenants = all->size();
  size_t waiting = tenants;
  for (const Owned& owned : InTurn(*std::move(all), turn)) {
    if (left == 0) break;
    const size_t share = ShareOf(left, waiting--);
    const size_t tried = PlacesForTried(share, turn, tenants);
    const size_t before = claimed->size();
    absl::Status status = ClaimOf(batch, owned, share, request, tried, claimed);
    if (!status.ok()) return status;
    left -= claimed->size() - before;
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> ReadNextDue(Database& database, std::string_view destination,
                                       std::string_view owner) {
  auto all = OwnedOf(database, destination);
  if (!all.ok()) return all.status();
  absl::Time next = absl::InfiniteFuture();
  for (const Owned& owned : *all) {
    Query pending(database,
                  "SELECT due FROM delivery WHERE dest = ? AND state = [pending] "
                  "AND state < [held] AND head = 1 ORDER BY due LIMIT 1");
    if (pending.With(owned.dest).Step()) next = std::min(next, TimeOf(pending.Int(0)));
    if (!pending.status().ok()) return pending.status();
    Query leased(database,
                 "SELECT d.due FROM delivery d WHERE d.dest = ?1 AND d.state = [in_flight] "
                 "AND d.state < [held] AND d.head = 1 AND d.owner <> coalesce("
                 "(SELECT id FROM word WHERE tenant = ?2 AND text = ?3), 0) "
                 "ORDER BY d.due LIMIT 1");
    if (leased.With(owned.dest, owned.tenant, owner).Step()) {
      next = std::min(next, TimeOf(leased.Int(0)));
    }
    if (!leased.status().ok()) return leased.status();
  }
  return next;
}

}  // namespace kgw::store
