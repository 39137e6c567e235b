#include "gateway/store/sqlite/awaited.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/store/sqlite/pack.h"

namespace kgw::store {
namespace {

constexpr size_t kNamed = 3;  // records named in a text; the others are counted
constexpr char kPatient[] = "Patient";

// The newest delivery of a record at a destination.
struct Newest {
  bool any = false;
  DeliveryState state = DeliveryState::kPending;
  std::string error_class;
};

absl::StatusOr<Newest> NewestOf(Database& database, int64_t name, int64_t dest) {
  Query find(database,
             "SELECT state, error FROM delivery WHERE name = ? AND dest = ? "
             "ORDER BY version DESC LIMIT 1");
  Newest newest;
  if (find.With(name, dest).Step()) {
    newest.any = true;
    newest.state = static_cast<DeliveryState>(find.Int(0));
    newest.error_class = UnpackError(find.Blob(1)).error_class;
  }
  if (!find.status().ok()) return find.status();
  return newest;
}

absl::StatusOr<bool> IsPatient(Database& database, int64_t name) {
  Query find(database,
             "SELECT y.text FROM name n CROSS JOIN word y ON y.id = n.type WHERE n.id = ?");
  const bool patient = find.With(name).Step() && find.Text(0) == kPatient;
  if (!find.status().ok()) return find.status();
  return patient;
}

// One record that is waited for.
struct Awaited {
  std::string type;
  std::string id;
  std::string note;
  bool needs_somebody = false;
};

absl::Status NoteNoDelivery(Database& database, int64_t name, Awaited* awaited) {
  Query find(database, "SELECT newest, mapped FROM name WHERE id = ?");
  const bool known = find.With(name).Step();
  awaited->needs_somebody = known;
  if (!known) {
    awaited->note = "not received";
  } else if (find.Int(0) == 0) {
    awaited->note = "rejected: send it again once it is right";
  } else if (find.Int(1) == 0) {
    awaited->note = "parked: put right what its record says";
  } else {
    awaited->note = "not routed there when it came: send a new version of it";
  }
  return find.status();
}

void NoteDelivery(const Newest& newest, Awaited* awaited) {
  const bool patient = awaited->type == kPatient;
  const bool tells = !newest.error_class.empty() && newest.error_class != NameOf(newest.state);
  const std::string because = tells ? StrCat(", ", newest.error_class) : "";
  awaited->needs_somebody = true;
  switch (newest.state) {
    case DeliveryState::kDead:
      awaited->note = StrCat("dead", because, ": ",
                             patient ? "retry it, or send a new version of it"
                                     : "retry it, or cancel it to go on without it");
      break;
    case DeliveryState::kCancelled:
      awaited->note = "cancelled: send a new version of it, or cancel this delivery too";
      break;
    case DeliveryState::kHeld:
      awaited->needs_somebody = newest.error_class != "waiting";
      awaited->note = awaited->needs_somebody
                          ? StrCat("held", because, ": put it right and retry it")
                          : "waits for another record itself";
      break;
    case DeliveryState::kPending:
    case DeliveryState::kInFlight:
      awaited->needs_somebody = false;
      awaited->note = StrCat("on its way", because);
      break;
    default:
      awaited->note = StrCat(NameOf(newest.state), ": retry this delivery to go on");
      break;
  }
}

absl::StatusOr<std::vector<Awaited>> AwaitedBy(Database& database, int64_t delivery) {
  std::vector<Awaited> all;
  Query find(database,
             "SELECT y.text, w.ext, n.id, w.dest FROM wait w CROSS JOIN word y ON y.id = w.type "
             "LEFT JOIN name n ON n.source = w.source AND n.type = w.type AND n.ext = w.ext "
             "WHERE w.delivery = ? ORDER BY w.type, w.ext");
  find.With(delivery);
  while (find.Step()) {
    Awaited awaited{std::string(find.Text(0)), std::string(find.Text(1)), "", false};
    auto newest = NewestOf(database, find.Int(2), find.Int(3));
    if (!newest.ok()) return newest.status();
    if (newest->any) {
      NoteDelivery(*newest, &awaited);
    } else {
      absl::Status status = NoteNoDelivery(database, find.Int(2), &awaited);
      if (!status.ok()) return status;
    }
    all.push_back(std::move(awaited));
  }
  if (!find.status().ok()) return find.status();
  // What somebody must see to comes first, so that it is among those named.
  std::stable_sort(all.begin(), all.end(), [](const Awaited& left, const Awaited& right) {
    return left.needs_somebody && !right.needs_somebody;
  });
  return all;
}

}  // namespace

absl::StatusOr<Arrival> ArrivalOf(Database& database, int64_t name, int64_t dest) {
  {
    Query find(database, "SELECT placed FROM remote WHERE name = ? AND dest = ?");
    if (find.With(name, dest).Step() && find.Int(0) != 0) return Arrival::kThere;
    if (!find.status().ok()) return find.status();
  }
  auto newest = NewestOf(database, name, dest);
  if (!newest.ok()) return newest.status();
  if (!newest->any) return Arrival::kMayCome;
  if (newest->state == DeliveryState::kUnsupported || newest->state == DeliveryState::kWithheld) {
    return Arrival::kNever;
  }
  if (newest->state != DeliveryState::kCancelled || newest->error_class != kByHand) {
    return Arrival::kMayCome;
  }
  auto patient = IsPatient(database, name);
  if (!patient.ok()) return patient.status();
  return *patient ? Arrival::kMayCome : Arrival::kNever;
}

absl::Status ExplainWait(Database& database, int64_t delivery, DeliveryRow* row) {
  if (row->state != DeliveryState::kHeld) return absl::OkStatus();
  auto awaited = AwaitedBy(database, delivery);
  if (!awaited.ok()) return awaited.status();
  if (awaited->empty()) return absl::OkStatus();
  std::string text;
  const size_t named = std::min(awaited->size(), kNamed);
  for (size_t i = 0; i < named; ++i) {
    const Awaited& one = (*awaited)[i];
    StrAppend(&text, i == 0 ? "waits for " : ", ", one.type, " ", one.id, " (", one.note, ")");
  }
  if (awaited->size() > named) StrAppend(&text, " and ", awaited->size() - named, " more");
  row->error.text = std::move(text);
  return absl::OkStatus();
}

}  // namespace kgw::store
