#ifndef GATEWAY_SERVER_CALLER_OF_H_
#define GATEWAY_SERVER_CALLER_OF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/access/access.h"
#include "grpcpp/server_context.h"

namespace kgw::server {

// Who calls, by the certificate of the connection.
absl::StatusOr<std::string> CallerOf(const grpc::CallbackServerContext& context,
                                     const access::Access& access);

// When the caller stops waiting; InfiniteFuture when it did not say.
absl::Time DeadlineOf(const grpc::CallbackServerContext& context);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_CALLER_OF_H_
