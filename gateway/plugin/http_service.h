#ifndef GATEWAY_PLUGIN_HTTP_SERVICE_H_
#define GATEWAY_PLUGIN_HTTP_SERVICE_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/plugin/http_engine.h"
#include "gateway/plugin/services.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

class ActiveCall;

// kgw.http/1 of one instance: lets it reach exactly the origins it was granted and puts in its
// credentials. Lives as long as the instance. Any thread, as many at once as call.
class HttpService {
 public:
  // INVALID_ARGUMENT names the field of the grant that cannot be used.
  static absl::StatusOr<std::unique_ptr<HttpService>> Create(const ConnectorGrant& grant,
                                                             std::shared_ptr<HttpEngine> engine);

  const kgw_http* table() const { return &table_; }

 private:
  HttpService(const ConnectorGrant& grant, std::set<std::string> origins,
              std::shared_ptr<HttpEngine> engine);

  static kgw_code Send(void* ctx, const kgw_call* call, const kgw_http_request* request,
                       void (*receive)(void* user, const kgw_http_response* response), void* user,
                       void (*error)(void* user, kgw_slice text)) noexcept;
  HttpOutcome Perform(const ActiveCall& call, const kgw_http_request& request) const;

  ConnectorGrant grant_;
  std::set<std::string> origins_;
  std::shared_ptr<HttpEngine> engine_;
  kgw_http table_{};
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_HTTP_SERVICE_H_
