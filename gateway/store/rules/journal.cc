#include "gateway/store/rules/journal.h"

#include <algorithm>

namespace kgw::store {
namespace {

bool IsWithdrawn(const EntryResult& entry) { return entry.state == EntryState::kWithdrawn; }

// Whether it says anything to those who come later.
bool Tells(const EntryResult& entry) {
  return !entry.remote.empty() || entry.state == EntryState::kIntended;
}

void MergeRemote(const EntryResult& entry, int64_t version, std::vector<RemoteEntry>* remotes) {
  auto found = std::find_if(remotes->begin(), remotes->end(), [&](const RemoteEntry& remote) {
    return remote.entry.resource == entry.resource;
  });
  if (found == remotes->end()) {
    if (Tells(entry)) remotes->push_back({entry, version});
  } else if (!entry.remote.empty()) {
    *found = {entry, version};
  } else if (found->entry.remote.empty() && entry.state != EntryState::kIntended) {
    remotes->erase(found);
  }
}

}  // namespace

void MergeEntries(const std::vector<EntryResult>& newer, std::vector<EntryResult>* entries) {
  for (const EntryResult& entry : newer) {
    auto found = std::find_if(entries->begin(), entries->end(), [&](const EntryResult& old) {
      return old.resource == entry.resource;
    });
    if (found == entries->end()) {
      entries->push_back(entry);
    } else {
      *found = entry;
    }
  }
}

std::vector<EntryResult> MergedJournal(std::vector<EntryResult> journal,
                                       std::vector<EntryResult> newer) {
  for (const EntryResult& entry : newer) {
    if (!IsWithdrawn(entry)) continue;
    std::erase_if(journal, [&](const EntryResult& old) {
      return old.resource == entry.resource && old.state == EntryState::kIntended;
    });
  }
  std::erase_if(newer, IsWithdrawn);
  MergeEntries(newer, &journal);
  return journal;
}

void MergeRemotes(const std::vector<EntryResult>& journal, int64_t version,
                  std::vector<RemoteEntry>* remotes) {
  for (const EntryResult& entry : journal) MergeRemote(entry, version, remotes);
}

}  // namespace kgw::store
