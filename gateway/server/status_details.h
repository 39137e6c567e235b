#ifndef GATEWAY_SERVER_STATUS_DETAILS_H_
#define GATEWAY_SERVER_STATUS_DETAILS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace kgw::server {

// A status as a caller gets it: the same code and text, with google.rpc.BadRequest and RetryInfo as
// details where the status carries them (gateway/base/violation.h). Bounded, since it travels in
// trailers: what does not fit is left out, and the text says how many there were.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_STATUS_DETAILS_H_
