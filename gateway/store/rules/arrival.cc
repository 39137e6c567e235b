#include "gateway/store/rules/arrival.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/base/strings.h"

namespace kgw::store {
namespace {

constexpr size_t kNamed = 3;  // records named in a text; the others are counted
constexpr char kPatient[] = "Patient";

}  // namespace

absl::StatusOr<Arrival> ArrivalOf(ArrivalFacts& facts) {
  auto placed = facts.IsPlaced();
  if (!placed.ok()) return placed.status();
  if (*placed) return Arrival::kThere;
  auto newest = facts.Newest();
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return Arrival::kMayCome;
  const NewestDelivery& delivery = **newest;
  if (delivery.state == DeliveryState::kUnsupported || delivery.state == DeliveryState::kWithheld) {
    return Arrival::kNever;
  }
  if (delivery.state != DeliveryState::kCancelled ||
      delivery.error_class != ErrorClass::kCancelled) {
    return Arrival::kMayCome;
  }
  auto type = facts.Type();
  if (!type.ok()) return type.status();
  return *type == kPatient ? Arrival::kMayCome : Arrival::kNever;
}

Awaited NoteDelivery(std::string type, std::string id, const NewestDelivery& newest) {
  const bool patient = type == kPatient;
  Awaited awaited{std::move(type), std::move(id), "", true};
  const std::string_view why = NameOf(newest.error_class);
  const bool tells = !why.empty() && why != NameOf(newest.state);
  const std::string because = tells ? StrCat(", ", why) : "";
  switch (newest.state) {
    case DeliveryState::kDead:
      awaited.note = StrCat("dead", because, ": ",
                            patient ? "retry it, or send a new version of it"
                                    : "retry it, or cancel it to go on without it");
      break;
    case DeliveryState::kCancelled:
      awaited.note = "cancelled: send a new version of it, or cancel this delivery too";
      break;
    case DeliveryState::kHeld:
      awaited.needs_somebody = newest.error_class != ErrorClass::kWaiting;
      awaited.note = awaited.needs_somebody ? StrCat("held", because, ": put it right and retry it")
                                            : "waits for another record itself";
      break;
    case DeliveryState::kPending:
    case DeliveryState::kInFlight:
      awaited.needs_somebody = false;
      awaited.note = StrCat("on its way", because);
      break;
    default:
      awaited.note = StrCat(NameOf(newest.state), ": retry this delivery to go on");
      break;
  }
  return awaited;
}

Awaited NoteNoDelivery(std::string type, std::string id, const std::optional<Received>& received) {
  Awaited awaited{std::move(type), std::move(id), "", received.has_value()};
  if (!received) {
    awaited.note = "not received";
  } else if (received->newest == 0) {
    awaited.note = "rejected: send it again once it is right";
  } else if (received->mapped == 0) {
    awaited.note = "parked: put right what its record says";
  } else {
    awaited.note = "not routed there when it came: send a new version of it";
  }
  return awaited;
}

std::string WaitingText(std::vector<Awaited> all) {
  std::stable_sort(all.begin(), all.end(), [](const Awaited& left, const Awaited& right) {
    return left.needs_somebody && !right.needs_somebody;
  });
  std::string text;
  const size_t named = std::min(all.size(), kNamed);
  for (size_t i = 0; i < named; ++i) {
    const Awaited& one = all[i];
    StrAppend(&text, i == 0 ? "waits for " : ", ", one.type, " ", one.id, " (", one.note, ")");
  }
  if (all.size() > named) StrAppend(&text, " and ", all.size() - named, " more");
  return text;
}

}  // namespace kgw::store
