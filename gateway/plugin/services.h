#ifndef GATEWAY_PLUGIN_SERVICES_H_
#define GATEWAY_PLUGIN_SERVICES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

// What the host brings to its plug-ins, and what it wants to hear from them.
namespace kgw::plugin {

// Keeps the values of kgw.state/1. Safe from any thread.
class StateStore {
 public:
  virtual ~StateStore() = default;
  // NOT_FOUND when there is none.
  virtual absl::StatusOr<std::string> GetState(std::string_view scope, std::string_view tenant,
                                               std::string_view key) = 0;
  // Durable on return. What the service writes is never empty, but for a removed key.
  virtual absl::Status PutState(std::string_view scope, std::string_view tenant,
                                std::string_view key, std::string_view value) = 0;
};

// Hears of each call of a plug-in when it has ended, on the call's thread. `plugin` is the name it
// is configured by, `function` one of create, map, deliver, probe.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnCall(std::string_view plugin, std::string_view function, absl::Duration duration,
                      absl::StatusCode code) = 0;
};

// Severity as in kgw.h. Called from any thread; the text is one line without control characters.
using LogFunction = std::function<void(int32_t severity, std::string_view text)>;

// What the operator allows one connector.
struct ConnectorGrant {
  // For messages, and the scope of its kgw.state/1 values: the destination's name.
  std::string instance;
  // Where kgw.http/1 may go: URLs of which scheme, host and port count. Empty: no HTTP at all.
  std::vector<std::string> origins;
  // Sent as "Authorization: Bearer ..."; empty: none. Never seen by the plug-in, and refused for a
  // plain http origin other than this machine.
  std::string bearer_token;
  // Files in PEM form; empty: the system's authorities, no client certificate.
  std::string server_ca;
  std::string client_certificate;
  std::string client_key;
  absl::Duration connect_timeout = absl::Seconds(10);
  // Of a request that names none, and the longest one it may name.
  absl::Duration request_timeout = absl::Seconds(30);
  absl::Duration max_request_timeout = absl::Minutes(5);
  size_t response_bytes = size_t{16} << 20;
  // Must outlive the connector; null: no kgw.state/1.
  StateStore* state = nullptr;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_SERVICES_H_
