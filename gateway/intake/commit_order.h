#ifndef GATEWAY_INTAKE_COMMIT_ORDER_H_
#define GATEWAY_INTAKE_COMMIT_ORDER_H_

#include <cstdint>
#include <functional>
#include <map>

#include "gateway/base/mutex.h"

namespace kgw::intake {

// Puts the records of one stream back into its order after they were mapped side by side: each
// passes when all before it have passed. Safe from any thread.
class CommitOrder {
 public:
  // Runs `step` once it is the turn of `sequence` (from 1, each passed exactly once), on this
  // thread or on that of an earlier record; never two steps at once. `whole` is false when the
  // order was broken before: the record must then not be committed, since one before it was not.
  void Pass(uint64_t sequence, std::function<void(bool whole)> step);
  // No later record may commit any more.
  void Break();
  bool broken() const;

 private:
  mutable Mutex mutex_;
  uint64_t next_ KGW_GUARDED_BY(mutex_) = 1;
  bool running_ KGW_GUARDED_BY(mutex_) = false;
  bool broken_ KGW_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, std::function<void(bool)>> waiting_ KGW_GUARDED_BY(mutex_);
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_COMMIT_ORDER_H_
