#ifndef GATEWAY_PLUGIN_INSTANCE_H_
#define GATEWAY_PLUGIN_INSTANCE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/plugin/active_call.h"
#include "gateway/plugin/http_engine.h"
#include "gateway/plugin/http_service.h"
#include "gateway/plugin/loader.h"
#include "gateway/plugin/services.h"
#include "gateway/plugin/state_service.h"

namespace kgw::plugin {

// What all instances of one host share; each part may be absent.
struct InstanceHost {
  LogFunction log;
  std::shared_ptr<CallObserver> observer;
  std::shared_ptr<HttpEngine> http;
  // Set when the host shuts down: calls see themselves cancelled.
  std::shared_ptr<const std::atomic<bool>> cancel;
  CallLimits limits;
  // For tests: what is lent lies before a page that cannot be touched, and cannot be touched itself
  // once the call is over.
  bool guard_lent_bytes = false;
};

// One configured plug-in in this process: what `create` made, with its host table and services.
// Destroyed after its last call has returned. Any thread.
class Instance {
 public:
  // `grant` decides which of the services its manifest asks for are there. INVALID_ARGUMENT or the
  // plug-in's own code says why it could not be made.
  static absl::StatusOr<std::unique_ptr<Instance>> Create(Library& library, InstanceHost host,
                                                          const ConnectorGrant& grant,
                                                          std::string_view config_json,
                                                          absl::Duration timeout);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  Library& library() { return library_; }
  const std::string& name() const { return library_.name; }
  const InstanceHost& host() const { return host_; }
  const std::string& identity() const { return library_.identity; }
  const std::atomic<bool>* cancel_flag() const { return host_.cancel.get(); }

  // Runs one function of the plug-in, within the wall that no exception passes, one at a time
  // unless the plug-in is thread-safe. Answers its code. Rules it broke stand in `call`, and an
  // unknown code or an exception becomes INTERNAL with such an entry. UNAVAILABLE without having
  // called it when its turn did not come before the deadline.
  kgw_code Run(std::string_view function, ActiveCall& call,
               const std::function<kgw_code(void* self)>& body);

  // "Plug-in NAME ...": for statuses of failed calls.
  absl::Status Failure(kgw_code code, const ActiveCall::Item& item) const;
  absl::Status Broke(std::string_view rule) const;

 private:
  Instance(Library& library, InstanceHost host);

  absl::Status GrantServices(const ConnectorGrant& grant);
  absl::Status CallCreate(std::string_view config_json, absl::Duration timeout);
  bool WaitForTurn(int64_t deadline_monotonic_ns) KGW_EXCLUDES(mutex_);
  void EndTurn() KGW_EXCLUDES(mutex_);
  void Log(int32_t severity, std::string_view text) KGW_EXCLUDES(mutex_);
  static void OnLog(void* ctx, int32_t severity, kgw_slice message) noexcept;
  static const void* OnService(void* ctx, const char* service_id) noexcept;

  Library& library_;
  InstanceHost host_;
  std::unique_ptr<HttpService> http_;
  std::unique_ptr<StateService> state_;
  kgw_host table_{};
  void* self_ = nullptr;
  bool created_ = false;

  Mutex mutex_;
  ConditionVariable turn_;
  bool busy_ KGW_GUARDED_BY(mutex_) = false;
  int log_lines_ KGW_GUARDED_BY(mutex_) = 0;  // in the current period
  int64_t log_period_ KGW_GUARDED_BY(mutex_) = 0;
  std::atomic<uint64_t> reported_misuses_{0};
};

// CLOCK_MONOTONIC nanoseconds at which `timeout` will have passed; 0 for an infinite one.
int64_t DeadlineAfter(absl::Duration timeout);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_INSTANCE_H_
