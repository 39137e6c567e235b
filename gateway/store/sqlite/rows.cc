#include "gateway/store/sqlite/rows.h"

#include <algorithm>

#include "gateway/store/rules/body.h"
#include "gateway/store/rules/pack.h"
#include "gateway/store/rules/receipt.h"
#include "gateway/store/sqlite/batch.h"

namespace kgw::store {
namespace {

RecordKey KeyOf(std::string_view tenant, std::string_view source, std::string_view type,
                std::string_view id, int64_t version) {
  return {{std::string(tenant), std::string(source), std::string(type), std::string(id)}, version};
}

}  // namespace

absl::StatusOr<RecordRow> RecordOf(const Query& row, std::string_view tenant, bool lenient) {
  RecordRow record;
  record.key = KeyOf(tenant, row.Text(12), row.Text(13), row.Text(14), row.Int(1));
  record.state = static_cast<RecordState>(row.Int(2));
  Sha256 hash{};
  const std::string_view stored = row.Blob(3);
  if (stored.size() == hash.size()) std::copy(stored.begin(), stored.end(), hash.begin());
  record.receipt = ReceiptOf(record.key, hash);
  record.resources = static_cast<uint32_t>(row.Int(4));
  record.deliveries = static_cast<uint32_t>(row.Int(5));
  record.patient = row.Text(6);
  record.test_data = (row.Int(7) & kFlagTestData) != 0;
  record.received_at = TimeOf(row.Int(8));
  record.mapper = row.Text(10);
  record.config_hash = row.Text(11);
  auto notes = DecodeBody(row.Blob(9));
  if (!notes.ok() && !lenient) return notes.status();
  if (!notes.ok()) {
    record.issues_json = kDamagedIssues;
    return record;
  }
  Unpacker unpacker(*notes);
  record.issues_json = unpacker.Text();
  record.signals_json = unpacker.Text();
  return record;
}

DeliveryRow DeliveryOf(const Query& row, std::string_view tenant) {
  DeliveryRow delivery;
  delivery.key.record = KeyOf(tenant, row.Text(10), row.Text(11), row.Text(12), row.Int(1));
  delivery.key.destination = row.Text(9);
  delivery.lane = row.Text(2);
  delivery.state = static_cast<DeliveryState>(row.Int(3));
  delivery.attempts = static_cast<int>(row.Int(4));
  delivery.created_at = TimeOf(row.Int(5));
  delivery.next_due = TimeOf(row.Int(6));
  delivery.token = row.Int(13);
  delivery.error = UnpackError(row.Blob(7));
  delivery.entries = UnpackEntries(row.Blob(8));
  return delivery;
}

}  // namespace kgw::store
