#ifndef GATEWAY_PLUGIN_HTTP_REQUEST_H_
#define GATEWAY_PLUGIN_HTTP_REQUEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// A URL as libcurl itself reads it, so that what is checked is what is connected to.
struct HttpUrl {
  std::string text;    // normalised
  std::string origin;  // "https://ehr.example.org:443": scheme, host in lower case, port
  std::string scheme;
  std::string host;
};

// http and https only, without user information, at most 8,192 bytes. INVALID_ARGUMENT otherwise;
// the message does not quote the URL, whose query may be about a patient.
absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view url);

// True for localhost and addresses of this machine.
bool IsLoopbackHost(std::string_view host);

// A request of a plug-in, checked. Views are the plug-in's.
struct HttpRequest {
  std::string method;
  HttpUrl url;
  std::vector<std::string> headers;  // "Name: value"
  bool has_content_type = false;
  std::string_view body;
  int64_t timeout_ms = 0;
};

// Refuses what could smuggle a second request or go round the host: unknown methods, broken header
// names or values, headers the host owns (Host, Authorization, Content-Length, ...), a body where
// there is none. INVALID_ARGUMENT says which.
absl::StatusOr<HttpRequest> CheckHttpRequest(const kgw_http_request& request);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_HTTP_REQUEST_H_
