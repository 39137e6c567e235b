#include "gateway/store/sqlite/lists.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/arrivals.h"
#include "gateway/store/sqlite/reads.h"
#include "gateway/store/sqlite/rows.h"
#include "gateway/store/sqlite/schema.h"

namespace kgw::store {
namespace {

constexpr int64_t kWindow = 5000;  // rows a page looks at when no index serves its filter
constexpr int kMaxLimit = 1000;

// Which rows a page may come from: below `before`, from `floor` on.
struct Range {
  int64_t first = 0;  // of the tenant
  int64_t before = 0;
  int64_t floor = 0;
};

absl::StatusOr<Range> RangeOf(int64_t tenant, const std::string& page) {
  Range range{tenant << kIdBits, (tenant + 1) << kIdBits, 0};
  if (!page.empty()) {
    int64_t before = 0;
    const char* end = page.data() + page.size();
    const auto read = std::from_chars(page.data(), end, before, 16);
    if (read.ptr != end || before < range.first || before > range.before) {
      return absl::InvalidArgumentError("this page token is not one of this list's");
    }
    range.before = before;
  }
  range.floor = range.first;
  return range;
}

std::string TokenOf(int64_t before) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), before, 16);
  return std::string(text, end.ptr);
}

absl::Status NoTenant() { return absl::InvalidArgumentError("a list is of one tenant: name it"); }

int LimitOf(int limit) { return std::clamp(limit, 1, kMaxLimit); }

std::string StateIs(const char* column, int state) { return StrCat(column, " = ", state); }

// Where the newest row below `before` lies, so that a window does not begin in emptiness.
absl::StatusOr<int64_t> Last(Database& database, const char* sql, const Range& range) {
  Query find(database, sql);
  if (!find.With(range.first, range.before).Step()) return find.status();
  return find.Int(0);
}

absl::Status Narrow(Database& database, const char* last_sql, Range* range) {
  auto last = Last(database, last_sql, *range);
  if (!last.ok()) return last.status();
  range->before = std::max(*last + 1, range->first);
  range->floor = std::max(range->first, range->before - kWindow);
  return absl::OkStatus();
}

template <typename Row>
void Close(const Range& range, int limit, int64_t lowest, Page<Row>* page) {
  if (static_cast<int>(page->rows.size()) >= limit) {
    page->next = TokenOf(lowest);
  } else if (range.floor > range.first) {
    page->next = TokenOf(range.floor);
  }
}

std::string RecordSql(const RecordQuery& query, bool patient, bool attention) {
  std::string sql = StrCat(kRecordColumns, "FROM record r ");
  if (patient) StrAppend(&sql, "INDEXED BY record_patient ");
  if (attention) StrAppend(&sql, "INDEXED BY record_attention ");
  StrAppend(&sql, kRecordJoins, "WHERE r.id < ?1 AND r.id >= ?2 ");
  if (patient) StrAppend(&sql, "AND r.name >> 40 = ?5 AND r.patient = ?3 AND r.patient <> '' ");
  if (attention) StrAppend(&sql, "AND r.name >> 40 = ?5 AND r.state <> [mapped] ");
  if (query.state) StrAppend(&sql, "AND ", StateIs("r.state", static_cast<int>(*query.state)));
  StrAppend(&sql, " AND (?4 = '' OR y.text = ?4) AND ?3 = ?3 AND ?5 = ?5 ");
  // A rejected record made none: one of its key and version is another record's.
  StrAppend(&sql, "AND (?7 = '' OR r.state <> [rejected] AND EXISTS (",
            "SELECT 1 FROM delivery d INDEXED BY delivery_key WHERE d.name = r.name "
            "AND d.version = r.version "
            "AND d.dest = (SELECT id FROM word WHERE tenant = ?5 AND text = ?7))) ");
  StrAppend(&sql, "ORDER BY r.id DESC LIMIT ?6");
  return sql;
}

std::string DeliverySql(const DeliveryQuery& query, bool patient, bool attention) {
  std::string sql(kDeliveryColumns);
  if (patient) {
    StrAppend(&sql,
              "FROM record r INDEXED BY record_patient CROSS JOIN delivery d "
              "ON d.name = r.name AND d.version = r.version ");
  } else {
    StrAppend(&sql, "FROM delivery d ");
    if (attention) StrAppend(&sql, "INDEXED BY delivery_attention ");
  }
  StrAppend(&sql, kDeliveryJoins, "WHERE d.id < ?1 AND d.id >= ?2 ");
  if (patient) {
    StrAppend(
        &sql,
        "AND r.name >> 40 = ?5 AND r.patient = ?3 AND r.patient <> '' AND r.state <> [rejected] ");
  }
  if (attention)
    StrAppend(&sql, "AND d.dest >> 40 = ?5 AND d.state IN ([held], [dead], [unsupported]) ");
  if (query.state) StrAppend(&sql, "AND ", StateIs("d.state", static_cast<int>(*query.state)));
  StrAppend(&sql, " AND (?4 = '' OR w.text = ?4) AND ?3 = ?3 AND ?5 = ?5 ");
  StrAppend(&sql, "ORDER BY d.id DESC LIMIT ?6");
  return sql;
}

}  // namespace

absl::StatusOr<Page<RecordRow>> ReadRecordPage(Database& database, const RecordQuery& query) {
  if (query.tenant.empty()) return NoTenant();
  Page<RecordRow> page;
  auto tenant = FindTenant(database, query.tenant);
  if (absl::IsNotFound(tenant.status())) return page;
  if (!tenant.ok()) return tenant.status();
  const bool patient = !query.patient.empty();
  const bool attention = !patient && query.state && *query.state != RecordState::kMapped;
  auto range = RangeOf(*tenant, query.page);
  if (!range.ok()) return range.status();
  if (!patient && !attention) {
    absl::Status status = Narrow(
        database, "SELECT coalesce(max(id), 0) FROM record WHERE id >= ? AND id < ?", &*range);
    if (!status.ok()) return status;
  }
  const int limit = LimitOf(query.limit);
  int64_t lowest = 0;
  Query find(database, RecordSql(query, patient, attention));
  find.With(range->before, range->floor, query.patient, query.type, *tenant,
            static_cast<int64_t>(limit), query.destination);
  while (find.Step()) {
    auto row = RecordOf(find, query.tenant, /*lenient=*/true);
    if (!row.ok()) return row.status();
    page.rows.push_back(*std::move(row));
    lowest = find.Int(0);
  }
  if (!find.status().ok()) return find.status();
  Close(*range, limit, lowest, &page);
  return page;
}

absl::StatusOr<Page<DeliveryRow>> ReadDeliveryPage(Database& database, const DeliveryQuery& query) {
  if (query.tenant.empty()) return NoTenant();
  Page<DeliveryRow> page;
  auto tenant = FindTenant(database, query.tenant);
  if (absl::IsNotFound(tenant.status())) return page;
  if (!tenant.ok()) return tenant.status();
  const bool patient = !query.patient.empty();
  const bool attention = !patient && query.state && NeedsAttention(*query.state);
  auto range = RangeOf(*tenant, query.page);
  if (!range.ok()) return range.status();
  if (!patient && !attention) {
    absl::Status status = Narrow(
        database, "SELECT coalesce(max(id), 0) FROM delivery WHERE id >= ? AND id < ?", &*range);
    if (!status.ok()) return status;
  }
  const int limit = LimitOf(query.limit);
  int64_t lowest = 0;
  Query find(database, DeliverySql(query, patient, attention));
  find.With(range->before, range->floor, query.patient, query.destination, *tenant,
            static_cast<int64_t>(limit));
  while (find.Step()) {
    page.rows.push_back(DeliveryOf(find, query.tenant));
    lowest = find.Int(0);
    absl::Status status = ExplainWait(database, lowest, &page.rows.back());
    if (!status.ok()) return status;
  }
  if (!find.status().ok()) return find.status();
  Close(*range, limit, lowest, &page);
  return page;
}

}  // namespace kgw::store
