#ifndef GATEWAY_MAIN_GATEWAY_H_
#define GATEWAY_MAIN_GATEWAY_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/main/load.h"

namespace kgw::main {

// The whole gateway, put together from a configuration. One thread starts, reloads and drains it.
class Gateway {
 public:
  // Serves when it returns. `home` is where relative paths of plug-ins start. The status says what
  // kept it from starting, and what to do.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const LoadedConfig& config,
                                                        const std::string& home);
  virtual ~Gateway() = default;

  virtual const std::string& grpc_address() const = 0;
  virtual const std::string& http_address() const = 0;
  // Puts a new configuration in place: callers, limits, destinations, logging. On an error nothing
  // has changed. What needs a restart keeps its old value and is said in the log.
  virtual absl::Status Reload(const LoadedConfig& config) = 0;
  // Of the configuration in force: of the file, unless a part of it needs a restart.
  virtual const std::string& config_hash() const = 0;
  // Looks after the parts that change by themselves; to be called about every second.
  virtual void Tick() = 0;
  // How long Drain takes unless a plug-in's call goes on though it is cancelled.
  virtual absl::Duration LongestDrain() const = 0;
  // Takes nothing new, answers what was taken, ends deliveries, all within limits.drain_timeout.
  virtual void Drain() = 0;
};

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_GATEWAY_H_
