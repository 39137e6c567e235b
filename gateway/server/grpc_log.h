#ifndef GATEWAY_SERVER_GRPC_LOG_H_
#define GATEWAY_SERVER_GRPC_LOG_H_

namespace kgw::server {

// From now on what gRPC itself logs (a failed TLS handshake, a port that is taken) goes to the
// gateway's log, in its form and with its limits. Once, before gRPC is used.
void TakeGrpcLog();

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_GRPC_LOG_H_
