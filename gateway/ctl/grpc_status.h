#ifndef GATEWAY_CTL_GRPC_STATUS_H_
#define GATEWAY_CTL_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace kgw::ctl {

// A gRPC status with its details (field violations, retry delay) as the rest of us know them.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_GRPC_STATUS_H_
