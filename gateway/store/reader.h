#ifndef GATEWAY_STORE_READER_H_
#define GATEWAY_STORE_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/record_key.h"
#include "gateway/store/resource.h"
#include "gateway/store/rows.h"

namespace kgw::store {

// Answers questions of people and of metrics; changes nothing. Safe from any thread.
class Reader {
 public:
  virtual ~Reader() = default;

  // NOT_FOUND when there is none. Version 0: the newest.
  virtual absl::StatusOr<RecordRow> GetRecord(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::string> GetRecordBytes(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::vector<Resource>> GetResources(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::vector<DeliveryRow>> GetDeliveries(const RecordKey& key) = 0;
  // Which record, in its newest version, owns the resource with this id (without the type).
  virtual absl::StatusOr<RecordKey> FindResource(std::string_view tenant,
                                                 std::string_view resource_id) = 0;
  // Newest first. A page may hold fewer rows than asked for, even none, and still name a next one.
  virtual absl::StatusOr<Page<RecordRow>> ListRecords(const RecordQuery& query) = 0;
  virtual absl::StatusOr<Page<DeliveryRow>> ListDeliveries(const DeliveryQuery& query) = 0;
  // Recounts everything of a tenant from the rows and compares with the running counters.
  virtual absl::StatusOr<Ledger> CheckLedger(std::string_view tenant) = 0;
  virtual absl::StatusOr<std::vector<std::string>> Tenants() = 0;
  virtual absl::StatusOr<std::vector<DestinationDepth>> Depths() = 0;
  // Of these tenants only; an unknown one has none.
  virtual absl::StatusOr<std::vector<DestinationDepth>> DepthsOf(
      const std::vector<std::string>& tenants) = 0;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_READER_H_
