#ifndef GATEWAY_CTL_PATIENCE_H_
#define GATEWAY_CTL_PATIENCE_H_

#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kgw::ctl {

// How long to go on while the gateway answers that it has no room or is stopping. A time of waiting
// begins with the first such answer and ends when a record is answered for good. Any thread.
class Patience {
 public:
  // At most `limit` for one time of waiting; zero: none.
  explicit Patience(absl::Duration limit) : limit_(limit) {}

  // Whether to send again after this answer. A lost connection alone is no reason to wait, since
  // only the sender knows whether a gateway is still there; while waiting for a gateway that is
  // stopping, it is.
  bool IsReason(const absl::Status& answer) const;
  // Sleeps before the next try and answers OK, or answers `reason` when the limit is reached. Says
  // why it waits on stderr at once, then every ten seconds.
  absl::Status Wait(const absl::Status& reason);
  // A record was answered for good.
  void Progressed();

 private:
  const absl::Duration limit_;
  mutable std::mutex mutex_;
  absl::Time since_ = absl::InfiniteFuture();  // when this time of waiting began
  absl::Time said_ = absl::InfinitePast();
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_PATIENCE_H_
