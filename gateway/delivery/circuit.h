#ifndef GATEWAY_DELIVERY_CIRCUIT_H_
#define GATEWAY_DELIVERY_CIRCUIT_H_

#include <cstdint>

#include "absl/time/time.h"
#include "gateway/delivery/destination.h"

namespace kgw::delivery {

// Leaves a destination alone that does not answer. Closed: everything may go. Open: nothing may,
// until a while has passed; then one delivery goes as a probe, and its result closes the circuit or
// opens it for twice as long. Not safe from several threads; the engine guards it. Times are
// monotonic nanoseconds.
class Circuit {
 public:
  explicit Circuit(CircuitSettings settings) : settings_(settings) {}

  // How many attempts may start now, at most `wanted`. Those that start must be told of by
  // OnStart.
  int Allowed(int wanted, int64_t now) const;
  void OnStart();
  // The far side answered, whatever it said. True when this closed the circuit.
  bool OnAnswer();
  // No answer. True when this opened the circuit, or kept it open.
  bool OnUnavailable(int64_t now);
  // An attempt ended without having asked the far side.
  void OnNotAsked();
  // The far side asked to be left alone for a while.
  void Pause(int64_t until);

  bool open() const { return open_; }
  // When something may start again; in the past when it may now.
  int64_t closed_until() const;
  bool Blocks(int64_t now) const { return Allowed(1, now) == 0; }
  int consecutive_failures() const { return failures_; }

 private:
  CircuitSettings settings_;
  bool open_ = false;
  bool probing_ = false;
  int failures_ = 0;
  absl::Duration next_open_for_ = absl::ZeroDuration();
  int64_t open_until_ = 0;
  int64_t paused_until_ = 0;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_CIRCUIT_H_
