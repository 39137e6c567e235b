#include "gateway/store/rules/ends.h"

#include <string>

#include "gateway/base/strings.h"

namespace kgw::store {
namespace {

absl::Status WrongState(DeliveryState now, std::string_view wish) {
  return absl::FailedPreconditionError(
      StrCat("a delivery that is ", NameOf(now), " cannot be ", wish));
}

const char* WishOf(Hand hand) {
  switch (hand) {
    case Hand::kRetry:
      return "retried";
    case Hand::kCancel:
      return "cancelled";
    case Hand::kHold:
      break;
  }
  return "held";
}

bool Allows(Hand hand, DeliveryState now) {
  if (now == DeliveryState::kPending) return true;
  return hand != Hand::kHold && (now == DeliveryState::kHeld || now == DeliveryState::kDead);
}

}  // namespace

absl::Status CheckEnd(DeliveryState now, const AttemptEnd& end) {
  if (now != DeliveryState::kInFlight) return WrongState(now, "ended");
  if (end.state == DeliveryState::kInFlight) {
    return absl::InvalidArgumentError("an attempt cannot end in flight");
  }
  return absl::OkStatus();
}

absl::Status CheckToken(int64_t newest, int64_t token) {
  if (token == newest) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this delivery has been claimed anew since: what its earlier owner says is not taken");
}

absl::StatusOr<DeliveryChange> DecideEnd(const AttemptEnd& end, EndFacts& facts) {
  DeliveryChange change{end.state, absl::InfinitePast(), end.error};
  if (end.state == DeliveryState::kPending) change.due = end.next_due;
  if (end.state != DeliveryState::kPending && end.state != DeliveryState::kHeld) return change;
  auto replaced = facts.IsReplaced();
  if (!replaced.ok()) return replaced.status();
  if (*replaced) return Replaced();
  if (end.state != DeliveryState::kHeld) return change;
  auto waits = facts.StartWaiting(end.waits_for);
  if (!waits.ok()) return waits.status();
  if (!*waits) change.state = DeliveryState::kPending;
  return change;
}

AttemptEnd InterruptedEnd() {
  AttemptEnd end;
  end.state = DeliveryState::kPending;
  end.error = {ErrorClass::kInterrupted, 0, "", "the gateway ended while this was under way"};
  return end;
}

AttemptEnd UnreadableEnd(const absl::Status& why, absl::Time now) {
  const bool damaged = absl::IsDataLoss(why);
  AttemptEnd end;
  end.state = damaged ? DeliveryState::kDead : DeliveryState::kPending;
  end.next_due = now + absl::Seconds(1);
  end.sent = false;
  end.error = {damaged ? ErrorClass::kDamaged : ErrorClass::kUnavailable, 0, "",
               std::string(why.message())};
  return end;
}

DeliveryChange Replaced() {
  return {DeliveryState::kCancelled,
          absl::InfinitePast(),
          {ErrorClass::kReplaced, 0, "", "a newer version took its place"}};
}

DeliveryChange LetGo() { return {DeliveryState::kPending, absl::InfinitePast(), {}}; }

absl::Status CheckHand(Hand hand, DeliveryState now) {
  return Allows(hand, now) ? absl::OkStatus() : WrongState(now, WishOf(hand));
}

absl::Status NoRetryOfReplaced() {
  return absl::FailedPreconditionError("a newer version took this delivery's place");
}

DeliveryChange ChangeByHand(Hand hand, std::string_view why) {
  DeliveryChange change;
  change.error.text = why;
  switch (hand) {
    case Hand::kRetry:
      change.state = DeliveryState::kPending;
      change.error.error_class = ErrorClass::kRetried;
      break;
    case Hand::kCancel:
      change.state = DeliveryState::kCancelled;
      change.error.error_class = ErrorClass::kCancelled;
      break;
    case Hand::kHold:
      change.state = DeliveryState::kHeld;
      change.error.error_class = ErrorClass::kHeld;
      break;
  }
  return change;
}

}  // namespace kgw::store
