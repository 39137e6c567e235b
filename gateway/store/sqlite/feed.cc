#include <algorithm>
#include <string>

#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

constexpr int kMostEntries = 1000;

}  // namespace

absl::StatusOr<std::vector<FeedEntry>> ReadFeedRows(Database& database, std::string_view tenant,
                                                    int64_t after, int limit) {
  std::vector<FeedEntry> entries;
  auto id = FindTenant(database, tenant);
  if (absl::IsNotFound(id.status())) return entries;
  if (!id.ok()) return id.status();
  const int64_t first = *id << kIdBits;
  Query find(database,
             "SELECT f.id, s.text, y.text, n.ext, r.version, f.voided, f.at FROM feed f "
             "CROSS JOIN record r ON r.id = f.record CROSS JOIN name n ON n.id = r.name "
             "CROSS JOIN word s ON s.id = n.source CROSS JOIN word y ON y.id = n.type "
             "WHERE f.id > ? AND f.id < ? ORDER BY f.id LIMIT ?");
  // Positions count within the tenant, so that one of another tenant's leads to nothing of it.
  const int64_t behind = first + std::clamp<int64_t>(after, 0, (int64_t{1} << kIdBits) - 1);
  find.With(behind, first + (int64_t{1} << kIdBits),
            static_cast<int64_t>(std::clamp(limit, 1, kMostEntries)));
  while (find.Step()) {
    FeedEntry& entry = entries.emplace_back();
    entry.position = find.Int(0) - first;
    entry.record = {{std::string(tenant), std::string(find.Text(1)), std::string(find.Text(2)),
                     std::string(find.Text(3))},
                    find.Int(4)};
    entry.voided = find.Int(5) != 0;
    entry.at = TimeOf(find.Int(6));
  }
  if (!find.status().ok()) return find.status();
  return entries;
}

}  // namespace kgw::store
