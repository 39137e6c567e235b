#ifndef GATEWAY_STORE_SQLITE_WAIT_GRAPH_H_
#define GATEWAY_STORE_SQLITE_WAIT_GRAPH_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/rules/circles.h"
#include "gateway/store/sqlite/database.h"

namespace kgw::store {

// Who waits for whom at one destination, as the rows say it within the caller's snapshot or batch.
class RowGraph final : public WaitGraph {
 public:
  // The database must outlive it.
  RowGraph(Database& database, int64_t dest) : database_(database), dest_(dest) {}

  absl::StatusOr<std::vector<int64_t>> WaitsOf(int64_t delivery) override;
  absl::StatusOr<std::vector<int64_t>> StuckOf(int64_t record) override;

 private:
  Database& database_;
  const int64_t dest_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_WAIT_GRAPH_H_
