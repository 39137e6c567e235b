#include "gateway/server/tls_credentials.h"

#include <string>

#include "grpc/grpc.h"
#include "grpc/grpc_security.h"
#include "grpcpp/version_info.h"

namespace kgw::server {

// gRPC's C interface asks before each handshake whether there are new texts, and keeps the old ones
// when it cannot use them; its C++ interface offers this only for files, without a way to check
// them first.
class BoardCredentials final : public grpc::ServerCredentials {
 public:
#if GRPC_CPP_VERSION_MAJOR > 1 || GRPC_CPP_VERSION_MINOR >= 54
  explicit BoardCredentials(TlsBoard& board) : grpc::ServerCredentials(Make(board)) {}
#else
  explicit BoardCredentials(TlsBoard& board) : credentials_(Make(board)) {}
  ~BoardCredentials() override { grpc_server_credentials_release(credentials_); }
  // Callers are known by their certificates; nothing is read from metadata.
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
#endif

 private:
  static grpc_server_credentials* Make(TlsBoard& board) {
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Fetch, &board));
  }

  static grpc_ssl_certificate_config_reload_status Fetch(
      void* user_data, grpc_ssl_server_certificate_config** config) {
    auto& board = *static_cast<TlsBoard*>(user_data);
    MutexLock lock(board.mutex_);
    if (!board.fresh_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {board.texts_.private_key.c_str(),
                                             board.texts_.certificate.c_str()};
    *config = grpc_ssl_server_certificate_config_create(board.texts_.client_ca.c_str(), &pair, 1);
    board.fresh_ = false;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }
};

void TlsBoard::Publish(access::TlsTexts texts) {
  MutexLock lock(mutex_);
  texts_ = std::move(texts);
  fresh_ = true;
}

std::shared_ptr<grpc::ServerCredentials> MutualTls(TlsBoard& board) {
  return std::make_shared<BoardCredentials>(board);
}

}  // namespace kgw::server
