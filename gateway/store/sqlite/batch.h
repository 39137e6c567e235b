#ifndef GATEWAY_STORE_SQLITE_BATCH_H_
#define GATEWAY_STORE_SQLITE_BATCH_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/rules/counters.h"
#include "gateway/store/sqlite/database.h"

namespace kgw::store {

// Tables whose ids are counted up within a tenant.
enum class Sequence : size_t { kWord, kName, kRecord, kDelivery, kFeed };
inline constexpr size_t kSequences = 5;

int64_t MicrosOf(absl::Time time);  // 0 for the infinite past
absl::Time TimeOf(int64_t micros);

// The writer's side of the store within one batch: the connection, the words and ids it hands out,
// and the counters that it adds up in memory and writes once before the commit. Used by the
// writer's thread only. After a rollback call Forget, since what was handed out is not there any
// more.
class Batch {
 public:
  Batch(Database& database, absl::Time now) : database_(database), now_(now) {}

  Database& database() { return database_; }
  absl::Time now() const { return now_; }
  void set_now(absl::Time now) { now_ = now; }

  absl::StatusOr<int64_t> Tenant(std::string_view text);
  absl::StatusOr<int64_t> Word(int64_t tenant, std::string_view text);
  absl::StatusOr<int64_t> NextId(int64_t tenant, Sequence sequence);

  void Count(int64_t tenant, Counted kind, int64_t destination, int64_t state, int64_t change);
  absl::Status FlushCounters();
  void Forget();

  // Set when something became due; the writer tells the listener after the commit.
  bool due = false;

 private:
  using CounterKey = std::tuple<int64_t, int64_t, int64_t, int64_t>;

  Database& database_;
  absl::Time now_;
  absl::flat_hash_map<std::string, int64_t> tenants_;
  absl::flat_hash_map<std::pair<int64_t, std::string>, int64_t> words_;
  absl::flat_hash_map<int64_t, std::array<int64_t, kSequences>> next_;
  std::map<CounterKey, int64_t> counters_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_BATCH_H_
