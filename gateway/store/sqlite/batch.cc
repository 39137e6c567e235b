#include "gateway/store/sqlite/batch.h"

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

// Words come from configuration and schemas and are few; the bound is against a mistake.
constexpr size_t kMaxCachedWords = 20000;

constexpr std::array<const char*, kSequences> kLastId = {
    "SELECT coalesce(max(id), 0) FROM word WHERE id >= ?1 AND id < ?2",
    "SELECT coalesce(max(id), 0) FROM name WHERE id >= ?1 AND id < ?2",
    "SELECT coalesce(max(id), 0) FROM record WHERE id >= ?1 AND id < ?2",
    "SELECT coalesce(max(id), 0) FROM delivery WHERE id >= ?1 AND id < ?2",
    "SELECT coalesce(max(id), 0) FROM feed WHERE id >= ?1 AND id < ?2"};

}  // namespace

int64_t MicrosOf(absl::Time time) {
  if (time == absl::InfinitePast()) return 0;
  return absl::ToUnixMicros(time);
}

absl::Time TimeOf(int64_t micros) {
  return micros == 0 ? absl::InfinitePast() : absl::FromUnixMicros(micros);
}

absl::StatusOr<int64_t> Batch::Tenant(std::string_view text) {
  if (auto found = tenants_.find(Abseil(text)); found != tenants_.end()) return found->second;
  Query find(database_, "SELECT id FROM tenant WHERE text = ?");
  int64_t id = 0;
  if (find.With(text).Step()) {
    id = find.Int(0);
  } else {
    if (!find.status().ok()) return find.status();
    auto last = database_.Number("SELECT coalesce(max(id), 0) FROM tenant");
    if (!last.ok()) return last.status();
    id = *last + 1;
    Query add(database_, "INSERT INTO tenant(id, text) VALUES(?, ?)");
    if (absl::Status status = add.With(id, text).Done(); !status.ok()) return status;
  }
  tenants_.emplace(std::string(text), id);
  return id;
}

absl::StatusOr<int64_t> Batch::Word(int64_t tenant, std::string_view text) {
  std::pair<int64_t, std::string> key(tenant, text);
  if (auto found = words_.find(key); found != words_.end()) return found->second;
  Query find(database_, "SELECT id FROM word WHERE tenant = ? AND text = ?");
  int64_t id = 0;
  if (find.With(tenant, text).Step()) {
    id = find.Int(0);
  } else {
    if (!find.status().ok()) return find.status();
    auto next = NextId(tenant, Sequence::kWord);
    if (!next.ok()) return next.status();
    id = *next;
    Query add(database_, "INSERT INTO word(id, tenant, text) VALUES(?, ?, ?)");
    if (absl::Status status = add.With(id, tenant, text).Done(); !status.ok()) return status;
  }
  if (words_.size() >= kMaxCachedWords) words_.clear();
  words_.emplace(std::move(key), id);
  return id;
}

absl::StatusOr<int64_t> Batch::NextId(int64_t tenant, Sequence sequence) {
  int64_t& next = next_[tenant][static_cast<size_t>(sequence)];
  if (next == 0) {
    const int64_t first = tenant << kIdBits;
    Query last(database_, kLastId[static_cast<size_t>(sequence)]);
    if (!last.With(first, (tenant + 1) << kIdBits).Step()) return last.status();
    next = (last.Int(0) == 0 ? first : last.Int(0)) + 1;
  }
  return next++;
}

void Batch::Count(int64_t tenant, Counted kind, int64_t destination, int64_t state,
                  int64_t change) {
  counters_[{tenant, static_cast<int64_t>(kind), destination, state}] += change;
}

absl::Status Batch::FlushCounters() {
  for (const auto& [key, change] : counters_) {
    if (change == 0) continue;
    const auto& [tenant, kind, destination, state] = key;
    Query add(database_,
              "INSERT INTO counter(tenant, kind, dest, state, n) VALUES(?, ?, ?, ?, ?) "
              "ON CONFLICT DO UPDATE SET n = n + excluded.n");
    if (absl::Status status = add.With(tenant, kind, destination, state, change).Done();
        !status.ok()) {
      return status;
    }
  }
  counters_.clear();
  return absl::OkStatus();
}

void Batch::Forget() {
  tenants_.clear();
  words_.clear();
  next_.clear();
  counters_.clear();
  due = false;
}

}  // namespace kgw::store
