#ifndef GATEWAY_SERVER_GRPC_SERVER_H_
#define GATEWAY_SERVER_GRPC_SERVER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/access/tls_check.h"
#include "gateway/server/admin_service.h"
#include "gateway/server/ingest_service.h"

namespace kgw::server {

struct GrpcOptions {
  std::string listen = "127.0.0.1:0";
  // Empty: no TLS, which is for loopback alone.
  access::TlsTexts tls = {};
  size_t max_message_bytes = size_t{4} << 20;  // of a record; the transport takes a little more
  size_t memory_bytes = size_t{64} << 20;      // that gRPC may use for buffers
  // A connection that is silent for so long is asked for a sign of life, and closed without one.
  absl::Duration silence = absl::Seconds(60);
};

// The listening side: both services, health (grpc.health.v1) and reflection. Begins to serve when
// made. All parts must outlive it.
class GrpcServer {
 public:
  virtual ~GrpcServer() = default;
  // UNAVAILABLE says what could not be listened on, and why that may be.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcOptions& options,
                                                           const IngestParts& ingest,
                                                           const AdminParts& admin);
  // HOST:PORT, with the port that was picked.
  virtual const std::string& address() const = 0;
  // What new connections are met with; only what access::CheckTls has accepted, and only where the
  // server began with TLS.
  virtual void ReplaceTls(access::TlsTexts texts) = 0;
  // What the health service answers.
  virtual void SetServing(bool serving) = 0;
  // Takes no new calls, waits for those that run, and cancels what is left when the time is over.
  virtual void Shutdown(absl::Duration timeout) = 0;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_GRPC_SERVER_H_
