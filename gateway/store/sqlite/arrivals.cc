#include "gateway/store/sqlite/arrivals.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/store/rules/pack.h"

namespace kgw::store {
namespace {

absl::StatusOr<std::optional<NewestDelivery>> NewestOf(Database& database, int64_t name,
                                                       int64_t dest) {
  Query find(database,
             "SELECT state, error FROM delivery WHERE name = ? AND dest = ? "
             "ORDER BY version DESC LIMIT 1");
  std::optional<NewestDelivery> newest;
  if (find.With(name, dest).Step()) {
    newest = NewestDelivery{static_cast<DeliveryState>(find.Int(0)),
                            UnpackError(find.Blob(1)).error_class};
  }
  if (!find.status().ok()) return find.status();
  return newest;
}

class RowArrival final : public ArrivalFacts {
 public:
  RowArrival(Database& database, int64_t name, int64_t dest)
      : database_(database), name_(name), dest_(dest) {}

  absl::StatusOr<bool> IsPlaced() override {
    Query find(database_, "SELECT placed FROM remote WHERE name = ? AND dest = ?");
    const bool placed = find.With(name_, dest_).Step() && find.Int(0) != 0;
    if (!find.status().ok()) return find.status();
    return placed;
  }
  absl::StatusOr<std::optional<NewestDelivery>> Newest() override {
    return NewestOf(database_, name_, dest_);
  }
  absl::StatusOr<std::string> Type() override {
    Query find(database_,
               "SELECT y.text FROM name n CROSS JOIN word y ON y.id = n.type WHERE n.id = ?");
    std::string type;
    if (find.With(name_).Step()) type = find.Text(0);
    if (!find.status().ok()) return find.status();
    return type;
  }

 private:
  Database& database_;
  const int64_t name_;
  const int64_t dest_;
};

absl::StatusOr<std::optional<Received>> ReceivedOf(Database& database, int64_t name) {
  Query find(database, "SELECT newest, mapped FROM name WHERE id = ?");
  std::optional<Received> received;
  if (find.With(name).Step()) received = Received{find.Int(0), find.Int(1)};
  if (!find.status().ok()) return find.status();
  return received;
}

absl::StatusOr<Awaited> Note(Database& database, std::string type, std::string id, int64_t name,
                             int64_t dest) {
  auto newest = NewestOf(database, name, dest);
  if (!newest.ok()) return newest.status();
  if (newest->has_value()) return NoteDelivery(std::move(type), std::move(id), **newest);
  auto received = ReceivedOf(database, name);
  if (!received.ok()) return received.status();
  return NoteNoDelivery(std::move(type), std::move(id), *received);
}

absl::StatusOr<std::vector<Awaited>> AwaitedBy(Database& database, int64_t delivery) {
  std::vector<Awaited> all;
  Query find(database,
             "SELECT y.text, w.ext, n.id, w.dest FROM wait w CROSS JOIN word y ON y.id = w.type "
             "LEFT JOIN name n ON n.source = w.source AND n.type = w.type AND n.ext = w.ext "
             "WHERE w.delivery = ? ORDER BY w.type, w.ext");
  find.With(delivery);
  while (find.Step()) {
    auto awaited = Note(database, std::string(find.Text(0)), std::string(find.Text(1)), find.Int(2),
                        find.Int(3));
    if (!awaited.ok()) return awaited.status();
    all.push_back(*std::move(awaited));
  }
  if (!find.status().ok()) return find.status();
  return all;
}

}  // namespace

absl::StatusOr<Arrival> ArrivalOf(Database& database, int64_t name, int64_t dest) {
  RowArrival facts(database, name, dest);
  return ArrivalOf(facts);
}

absl::Status ExplainWait(Database& database, int64_t delivery, DeliveryRow* row) {
  if (row->state != DeliveryState::kHeld) return absl::OkStatus();
  auto awaited = AwaitedBy(database, delivery);
  if (!awaited.ok()) return awaited.status();
  if (!awaited->empty()) row->error.text = WaitingText(*std::move(awaited));
  return absl::OkStatus();
}

}  // namespace kgw::store
