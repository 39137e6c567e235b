#include "gateway/delivery/circuit.h"

#include <algorithm>

namespace kgw::delivery {

int Circuit::Allowed(int wanted, int64_t now) const {
  if (now < paused_until_) return 0;
  if (!open_) return wanted;
  if (probing_ || now < open_until_) return 0;
  return std::min(wanted, 1);
}

void Circuit::OnStart() {
  if (open_) probing_ = true;
}

bool Circuit::OnAnswer() {
  const bool closed_now = open_;
  open_ = false;
  probing_ = false;
  failures_ = 0;
  next_open_for_ = absl::ZeroDuration();
  return closed_now;
}

bool Circuit::OnUnavailable(int64_t now) {
  ++failures_;
  if (!open_ && failures_ < settings_.failures_to_open) return false;
  // Answers of attempts that started before the circuit opened must not lengthen it again.
  if (open_ && !probing_ && now < open_until_) return false;
  next_open_for_ = next_open_for_ == absl::ZeroDuration()
                       ? settings_.open_for
                       : std::min(next_open_for_ * 2, settings_.open_at_most);
  open_ = true;
  probing_ = false;
  open_until_ = now + absl::ToInt64Nanoseconds(next_open_for_);
  return true;
}

void Circuit::OnNotAsked() { probing_ = false; }

void Circuit::Pause(int64_t until) { paused_until_ = std::max(paused_until_, until); }

int64_t Circuit::closed_until() const {
  return std::max(paused_until_, open_ ? open_until_ : int64_t{0});
}

}  // namespace kgw::delivery
