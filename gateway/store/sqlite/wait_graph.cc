#include "gateway/store/sqlite/wait_graph.h"

namespace kgw::store {

absl::StatusOr<std::vector<int64_t>> RowGraph::WaitsOf(int64_t delivery) {
  std::vector<int64_t> names;
  Query find(database_,
             "SELECT n.id FROM wait w LEFT JOIN name n ON n.source = w.source AND n.type = w.type "
             "AND n.ext = w.ext WHERE w.delivery = ?");
  find.With(delivery);
  while (find.Step()) names.push_back(find.Int(0));
  if (!find.status().ok()) return find.status();
  return names;
}

absl::StatusOr<std::vector<int64_t>> RowGraph::StuckOf(int64_t record) {
  std::vector<int64_t> held;
  Query find(
      database_,
      "SELECT d.id, d.state = [held] AND EXISTS(SELECT 1 FROM wait w WHERE w.delivery = d.id) "
      "FROM delivery d WHERE d.name = ? AND d.dest = ? AND d.state < [delivered]");
  find.With(record, dest_);
  while (find.Step()) {
    if (find.Int(1) == 0) return std::vector<int64_t>();
    held.push_back(find.Int(0));
  }
  if (!find.status().ok()) return find.status();
  return held;
}

}  // namespace kgw::store
