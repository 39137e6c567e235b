#ifndef GATEWAY_HTTP_HTTP_SERVER_H_
#define GATEWAY_HTTP_HTTP_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kgw::http {

// What the pages say. Called on the server's own thread, one at a time; must not throw.
struct Pages {
  // /metrics, in Prometheus' text form.
  std::function<std::string()> metrics;
  // /readyz: OK, or why no calls should be sent here now.
  std::function<absl::Status()> ready;
};

// /metrics, /livez and /readyz over HTTP/1.1, for whoever watches the gateway. No TLS, nothing
// about patients, GET and HEAD only. One thread; at most 64 connections, 8 KiB of request, 10
// seconds of silence. Serves from when it is made until it is destroyed.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  // `listen` is HOST:PORT with a numeric host; port 0 picks one. UNAVAILABLE says why not.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& listen, Pages pages);
  // HOST:PORT, with the port that was picked.
  virtual const std::string& address() const = 0;
};

}  // namespace kgw::http

#endif  // GATEWAY_HTTP_HTTP_SERVER_H_
