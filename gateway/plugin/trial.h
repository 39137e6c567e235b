#ifndef GATEWAY_PLUGIN_TRIAL_H_
#define GATEWAY_PLUGIN_TRIAL_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kgw::plugin {

// Runs `body` in a copy of this process that ends right after it, so that a crash, an exit or an
// endless loop harms only the copy. What `body` changes is gone with it; what it prints is thrown
// away. `body` runs after a fork in a process of many threads: it may allocate and load libraries,
// but must take no lock that another thread of this process could hold.
//
// FAILED_PRECONDITION says in a few words how the copy ended instead ("signal 11 (Segmentation
// fault)"), DEADLINE_EXCEEDED that it did not; UNAVAILABLE when there was no room for a copy. Any
// thread.
absl::Status TryInACopy(const std::function<void()>& body, absl::Duration timeout);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_TRIAL_H_
