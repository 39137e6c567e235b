#include "gateway/store/sqlite/remotes.h"

#include <string>
#include <vector>

#include "gateway/store/rules/pack.h"

namespace kgw::store {
absl::Status Place(Batch& batch, const StoredDelivery& stored, bool placed) {
  const std::vector<EntryResult> entries = UnpackEntries(stored.entries);
  if (entries.empty() && !placed) return absl::OkStatus();
  std::vector<RemoteEntry> remotes;
  {
    Query find(batch.database(), "SELECT placed, entries FROM remote WHERE name = ? AND dest = ?");
    if (find.With(stored.name, stored.dest).Step()) {
      placed = placed || find.Int(0) != 0;
      remotes = UnpackRemotes(find.Blob(1));
    }
    if (!find.status().ok()) return find.status();
  }
  MergeRemotes(entries, stored.version, &remotes);
  const std::string packed = PackRemotes(remotes);
  Query set(batch.database(),
            "INSERT OR REPLACE INTO remote(name, dest, placed, entries) VALUES(?, ?, ?, ?)");
  return set.With(stored.name, stored.dest, static_cast<int64_t>(placed ? 1 : 0), AsBlob{packed})
      .Done();
}

}  // namespace kgw::store
