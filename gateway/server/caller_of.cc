#include "gateway/server/caller_of.h"

#include <memory>
#include <vector>

#include "grpc/grpc_security_constants.h"
#include "grpcpp/security/auth_context.h"

namespace kgw::server {
namespace {

std::vector<std::string> Texts(const grpc::AuthContext& context, const char* property) {
  std::vector<std::string> texts;
  for (const grpc::string_ref& value : context.FindPropertyValues(property)) {
    texts.emplace_back(value.data(), value.size());
  }
  return texts;
}

}  // namespace

absl::StatusOr<std::string> CallerOf(const grpc::CallbackServerContext& context,
                                     const access::Access& access) {
  access::Peer peer;
  const std::shared_ptr<const grpc::AuthContext> connection = context.auth_context();
  if (connection != nullptr && connection->IsPeerAuthenticated()) {
    peer.dns_names = Texts(*connection, GRPC_PEER_DNS_PROPERTY_NAME);
    peer.uris = Texts(*connection, GRPC_PEER_URI_PROPERTY_NAME);
    const std::vector<std::string> names = Texts(*connection, GRPC_X509_CN_PROPERTY_NAME);
    if (!names.empty()) peer.common_name = names[0];
  }
  return access.Identify(peer);
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

}  // namespace kgw::server
