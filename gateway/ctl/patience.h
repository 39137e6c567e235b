#ifndef GATEWAY_CTL_PATIENCE_H_
#define GATEWAY_CTL_PATIENCE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"

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
  bool IsReason(const absl::Status& answer) const KGW_EXCLUDES(mutex_);
  // Sleeps before the next try and answers OK, or answers `reason` when the limit is reached. Says
  // why it waits on stderr at once, then every ten seconds.
  absl::Status Wait(const absl::Status& reason) KGW_EXCLUDES(mutex_);
  // A record was answered for good.
  void Progressed() KGW_EXCLUDES(mutex_);

 private:
  const absl::Duration limit_;
  mutable Mutex mutex_;
  // When this time of waiting began.
  absl::Time since_ KGW_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Time said_ KGW_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_PATIENCE_H_
