#ifndef GATEWAY_STORE_SQLITE_ROWS_H_
#define GATEWAY_STORE_SQLITE_ROWS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

// How rows become what store.h speaks of. A query takes its columns from here, so that what reads
// them stands beside what names them.
namespace kgw::store {

inline constexpr int64_t kFlagTestData = 1;
inline constexpr int64_t kFlagBillable = 2;

// What stands in the place of issues whose body is damaged.
inline constexpr std::string_view kDamagedIssues =
    R"([{"severity":"fatal","code":"exception","details":{"text":"the stored issues are damaged"}}])";

// For `record r`; continue with WHERE.
inline constexpr std::string_view kRecordColumns =
    "SELECT r.id, r.version, r.state, r.hash, r.resources, r.deliveries, r.patient, r.flags, "
    "r.received, r.notes, m.text, c.text, s.text, y.text, n.ext ";
inline constexpr std::string_view kRecordJoins =
    " CROSS JOIN name n ON n.id = r.name CROSS JOIN word s ON s.id = n.source "
    "CROSS JOIN word y ON y.id = n.type CROSS JOIN word m ON m.id = r.mapper "
    "CROSS JOIN word c ON c.id = r.config ";
// DATA_LOSS when the issues are damaged; `lenient` puts an issue that says so in their place.
absl::StatusOr<RecordRow> RecordOf(const Query& row, std::string_view tenant, bool lenient);

// For `delivery d`.
inline constexpr std::string_view kDeliveryColumns =
    "SELECT d.id, d.version, d.lane, d.state, d.attempts, d.created, d.due, d.error, d.entries, "
    "w.text, s.text, y.text, n.ext, d.token ";
inline constexpr std::string_view kDeliveryJoins =
    " CROSS JOIN name n ON n.id = d.name CROSS JOIN word s ON s.id = n.source "
    "CROSS JOIN word y ON y.id = n.type CROSS JOIN word w ON w.id = d.dest ";
DeliveryRow DeliveryOf(const Query& row, std::string_view tenant);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_ROWS_H_
