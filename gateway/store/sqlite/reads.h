#ifndef GATEWAY_STORE_SQLITE_READS_H_
#define GATEWAY_STORE_SQLITE_READS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

// Questions of people and of the road, each within the caller's snapshot.
namespace kgw::store {

struct StoredName {
  int64_t id = 0;
  int64_t newest = 0;
};

// NOT_FOUND when no version of this record was ever seen.
absl::StatusOr<StoredName> FindName(Database& database, const RecordName& name);
// NOT_FOUND for a tenant without records.
absl::StatusOr<int64_t> FindTenant(Database& database, std::string_view tenant);

absl::StatusOr<std::optional<Placement>> ReadDuplicate(Database& database, const RecordKey& key,
                                                       const Sha256& content_hash);
absl::StatusOr<RecordRow> ReadRecord(Database& database, const RecordKey& key);
absl::StatusOr<std::string> ReadBytes(Database& database, const RecordKey& key);
absl::StatusOr<std::vector<Resource>> ReadResources(Database& database, const RecordKey& key);
absl::StatusOr<std::vector<DeliveryRow>> ReadDeliveries(Database& database, const RecordKey& key);
absl::StatusOr<RecordKey> ReadOwner(Database& database, std::string_view tenant,
                                    std::string_view resource_id);
absl::StatusOr<std::vector<std::string>> ReadTenants(Database& database);
absl::StatusOr<std::vector<DestinationDepth>> ReadDepths(Database& database);
absl::StatusOr<std::vector<DestinationDepth>> ReadDepthsOf(Database& database,
                                                           const std::vector<std::string>& tenants);
absl::StatusOr<std::vector<FeedEntry>> ReadFeedRows(Database& database, std::string_view tenant,
                                                    int64_t after, int limit);
absl::StatusOr<std::string> ReadState(Database& database, std::string_view plugin,
                                      std::string_view tenant, std::string_view key);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_READS_H_
