#include "gateway/store/sqlite/remotes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/store/sqlite/pack.h"

namespace kgw::store {
namespace {

// An answer that says where the resource is beats every other; an intent is kept until then.
bool Tells(const EntryResult& entry) { return !entry.remote.empty() || entry.state == "intended"; }

void MergeRemote(const EntryResult& entry, int64_t version, std::vector<RemoteEntry>* remotes) {
  auto found = std::find_if(remotes->begin(), remotes->end(), [&](const RemoteEntry& remote) {
    return remote.entry.resource == entry.resource;
  });
  if (found == remotes->end()) {
    if (Tells(entry)) remotes->push_back({entry, version});
  } else if (!entry.remote.empty()) {
    *found = {entry, version};
  } else if (found->entry.remote.empty() && entry.state != "intended") {
    remotes->erase(found);  // the intent has come to its end without leaving anything there
  }
}

}  // namespace

absl::Status Place(Writes& writes, const DeliverySpot& spot, bool placed) {
  const std::vector<EntryResult> entries = UnpackEntries(spot.entries);
  if (entries.empty() && !placed) return absl::OkStatus();
  std::vector<RemoteEntry> remotes;
  {
    Query find(writes.database(), "SELECT placed, entries FROM remote WHERE name = ? AND dest = ?");
    if (find.With(spot.name, spot.dest).Step()) {
      placed = placed || find.Int(0) != 0;
      remotes = UnpackRemotes(find.Blob(1));
    }
    if (!find.status().ok()) return find.status();
  }
  for (const EntryResult& entry : entries) MergeRemote(entry, spot.version, &remotes);
  const std::string packed = PackRemotes(remotes);
  Query set(writes.database(),
            "INSERT OR REPLACE INTO remote(name, dest, placed, entries) VALUES(?, ?, ?, ?)");
  return set.With(spot.name, spot.dest, static_cast<int64_t>(placed ? 1 : 0), AsBlob{packed})
      .Done();
}

}  // namespace kgw::store
