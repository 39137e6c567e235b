#ifndef GATEWAY_PLUGIN_HTTP_ENGINE_H_
#define GATEWAY_PLUGIN_HTTP_ENGINE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/plugin/http_request.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// How one request is to be made.
struct HttpTask {
  const HttpRequest* request = nullptr;
  std::string authorization;  // the whole value of the header; empty: none
  std::string server_ca;      // files; empty: the system's, none
  std::string client_certificate;
  std::string client_key;
  int64_t connect_timeout_ms = 0;
  int64_t timeout_ms = 0;
  size_t response_bytes = 0;
  const std::atomic<bool>* cancel = nullptr;
};

struct HttpOutcome {
  kgw_code code = KGW_UNAVAILABLE;  // as kgw_http's send answers
  int32_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string error;  // one sentence when code is not OK
};

// Makes HTTP/1.1 requests for all plug-ins on one thread, over pooled connections that stay open.
// Never follows a redirect, never uses a proxy of the environment, never repeats a request that has
// a body: where libcurl would send it again over a new connection, the outcome is ABORTED.
class HttpEngine {
 public:
  HttpEngine();
  // No request may be running.
  ~HttpEngine();
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;

  // Waits for the outcome; at most the task's time-out. Any thread but the engine's own.
  HttpOutcome Perform(const HttpTask& task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_HTTP_ENGINE_H_
