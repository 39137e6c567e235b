#include "tests/support/fault_vfs/replay.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

namespace kgw::testing_support {
namespace {

using Kind = DiskEvent::Kind;
using Random = std::mt19937_64;

constexpr size_t kSector = 512;

void WriteAt(std::string_view data, size_t offset, std::string* content) {
  if (content->size() < offset + data.size()) content->resize(offset + data.size(), '\0');
  content->replace(offset, data.size(), data);
}

void Keep(const DiskEvent& event, std::string* content) {
  if (event.kind == Kind::kTruncate) {
    content->resize(static_cast<size_t>(event.offset), '\0');
  } else {
    WriteAt(event.data, static_cast<size_t>(event.offset), content);
  }
}

// Some sectors of the write reached the disk, others did not.
void Tear(const DiskEvent& event, Random& random, std::string* content) {
  const std::string_view data = event.data;
  for (size_t at = 0; at < data.size();) {
    const size_t offset = static_cast<size_t>(event.offset) + at;
    const size_t size = std::min(kSector - offset % kSector, data.size() - at);
    if (random() % 2 == 0) WriteAt(data.substr(at, size), offset, content);
    at += size;
  }
}

void Draw(const DiskEvent& event, Random& random, std::string* content) {
  switch (random() % 3) {
    case 0:
      break;
    case 1:
      Keep(event, content);
      break;
    default:
      event.kind == Kind::kTruncate ? Keep(event, content) : Tear(event, random, content);
  }
}

}  // namespace

void Replay::AdvanceTo(size_t count) {
  for (; done_ < count; ++done_) Apply(log_[done_]);
}

void Replay::Apply(const DiskEvent& event) {
  switch (event.kind) {
    case Kind::kCreate:
      names_[event.file] = files_.size();
      files_.emplace_back();
      break;
    case Kind::kWrite:
    case Kind::kTruncate:
      files_[names_.at(event.file)].unsynced.push_back(&event);
      break;
    case Kind::kSync: {
      File& file = files_[names_.at(event.file)];
      for (const DiskEvent* change : file.unsynced) Keep(*change, &file.durable);
      file.unsynced.clear();
      break;
    }
    case Kind::kDelete:
      names_.erase(event.file);
      break;
    case Kind::kSyncFolder:
      durable_names_ = names_;
      break;
    case Kind::kNote:
    case Kind::kFailedSync:
      break;
  }
}

void Replay::Rebuild(uint64_t seed, const std::string& folder) const {
  Random random(seed);
  std::set<std::string> all;
  for (const auto& [name, file] : names_) all.insert(name);
  for (const auto& [name, file] : durable_names_) all.insert(name);
  for (const std::string& name : all) {
    const auto now = names_.find(name);
    const auto before = durable_names_.find(name);
    const bool same =
        now != names_.end() && before != durable_names_.end() && now->second == before->second;
    // Unsynced names: as the folder was, or as it is.
    const bool newer = same || random() % 2 == 0;
    const auto& chosen = newer ? now : before;
    if (chosen == (newer ? names_.end() : durable_names_.end())) continue;
    const File& file = files_[chosen->second];
    std::string content = file.durable;
    for (const DiskEvent* change : file.unsynced) Draw(*change, random, &content);
    std::ofstream(folder + "/" + name, std::ios::binary) << content;
  }
}

}  // namespace kgw::testing_support
