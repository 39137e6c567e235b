#ifndef GATEWAY_SERVER_TLS_CREDENTIALS_H_
#define GATEWAY_SERVER_TLS_CREDENTIALS_H_

#include <memory>
#include <utility>

#include "gateway/access/tls_check.h"
#include "gateway/base/mutex.h"
#include "grpcpp/security/server_credentials.h"

namespace kgw::server {

// What new connections are met with. Connections that are open keep what they began with. Safe from
// any thread; must outlive the server that uses it.
class TlsBoard {
 public:
  explicit TlsBoard(access::TlsTexts texts) : texts_(std::move(texts)) {}
  // For connections from now on. Only what access::CheckTls has accepted.
  void Publish(access::TlsTexts texts) KGW_EXCLUDES(mutex_);

 private:
  friend class BoardCredentials;
  Mutex mutex_;
  access::TlsTexts texts_ KGW_GUARDED_BY(mutex_);
  bool fresh_ KGW_GUARDED_BY(mutex_) = true;  // gRPC has not fetched these yet
};

// Mutual TLS: who has no certificate of an authority in client_ca does not connect. For one port.
std::shared_ptr<grpc::ServerCredentials> MutualTls(TlsBoard& board);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_TLS_CREDENTIALS_H_
