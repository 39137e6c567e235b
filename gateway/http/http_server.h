#ifndef GATEWAY_HTTP_HTTP_SERVER_H_
#define GATEWAY_HTTP_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace kgw::http {

// What the pages say. Must not throw.
struct Pages {
  // /metrics, in Prometheus' text form. Called on a thread of its own, one at a time, since it may
  // take long.
  std::function<std::string()> metrics;
  // The other two are called on the server's own thread and must return at once.
  // /livez: OK, or why only a restart helps.
  std::function<absl::Status()> alive;
  // /readyz: OK, or why no calls should be sent here now.
  std::function<absl::Status()> ready;
};

struct Limits {
  size_t connections = 64;
  // Until a request is complete, however slowly its bytes come, and until its answer is taken.
  absl::Duration patience = absl::Seconds(10);
};

// /metrics, /livez and /readyz over HTTP/1.1, for whoever watches the gateway. No TLS, nothing
// about patients, GET and HEAD only, at most 8 KiB of request. One connection more than there may
// be closes the one that has waited longest, of the address that has most of them: whoever holds
// connections open never keeps a watcher out. Serves from when it is made until it is destroyed.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  // `listen` is HOST:PORT with a numeric host; port 0 picks one. UNAVAILABLE says why not.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& listen, Pages pages,
                                                           Limits limits = {});
  // HOST:PORT, with the port that was picked.
  virtual const std::string& address() const = 0;
};

}  // namespace kgw::http

#endif  // GATEWAY_HTTP_HTTP_SERVER_H_
