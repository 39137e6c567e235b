#ifndef GATEWAY_SERVER_ADMIN_SERVICE_H_
#define GATEWAY_SERVER_ADMIN_SERVICE_H_

#include <memory>

#include "gateway/intake/rules.h"
#include "gateway/server/operations.h"
#include "gateway/server/workers.h"
#include "gateway/store/store.h"
#include "grpcpp/impl/service_type.h"

namespace kgw::server {

// All must outlive the service.
struct AdminParts {
  const intake::RulesBoard& rules;
  store::Store& store;
  Operations& operations;
  Workers& workers;  // for what reads the store
  Workers& probes;   // for what asks a far side
};

// gateway.v1.AdminService on gRPC's callback API.
std::unique_ptr<grpc::Service> MakeAdminService(const AdminParts& parts);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_ADMIN_SERVICE_H_
