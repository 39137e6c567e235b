#include "gateway/server/admin_service.h"

#include <string>

#include "gateway/server/admin_calls.h"
#include "gateway/server/caller_of.h"
#include "gateway/server/unary.h"
#include "gateway/v1/admin.grpc.pb.h"

namespace kgw::server {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class AdminService final : public pb::AdminService::CallbackService {
 public:
  explicit AdminService(const AdminParts& parts)
      : parts_(parts), calls_(parts.store, parts.operations) {}

  Reactor* ListRecords(Context* context, const pb::ListRecordsRequest* request,
                       pb::ListRecordsResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.ListRecords(asking, *request, response);
    });
  }
  Reactor* ListResources(Context* context, const pb::ListResourcesRequest* request,
                         pb::ListResourcesResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.ListResources(asking, *request, response);
    });
  }
  Reactor* ListDeliveries(Context* context, const pb::ListDeliveriesRequest* request,
                          pb::ListDeliveriesResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.ListDeliveries(asking, *request, response);
    });
  }
  Reactor* CheckLedger(Context* context, const pb::CheckLedgerRequest* request,
                       pb::CheckLedgerResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.CheckLedger(asking, *request, response);
    });
  }
  Reactor* ListPlugins(Context* context, const pb::ListPluginsRequest*,
                       pb::ListPluginsResponse* response) override {
    return Answer(parts_.workers, context,
                  [=, this](const Asking& asking) { return calls_.ListPlugins(asking, response); });
  }
  Reactor* ListDestinations(Context* context, const pb::ListDestinationsRequest*,
                            pb::ListDestinationsResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.ListDestinations(asking, response);
    });
  }
  Reactor* TestDestination(Context* context, const pb::TestDestinationRequest* request,
                           pb::TestDestinationResponse* response) override {
    return Answer(parts_.probes, context, [=, this](const Asking& asking) {
      return calls_.TestDestination(asking, *request, response);
    });
  }
  Reactor* RetryDelivery(Context* context, const pb::DeliveryRequest* request,
                         pb::DeliveryResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.RetryDelivery(asking, *request, response);
    });
  }
  Reactor* CancelDelivery(Context* context, const pb::DeliveryRequest* request,
                          pb::DeliveryResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.CancelDelivery(asking, *request, response);
    });
  }
  Reactor* HoldDelivery(Context* context, const pb::DeliveryRequest* request,
                        pb::DeliveryResponse* response) override {
    return Answer(parts_.workers, context, [=, this](const Asking& asking) {
      return calls_.HoldDelivery(asking, *request, response);
    });
  }

 private:
  template <typename Call>
  Reactor* Answer(Workers& workers, Context* context, Call call) {
    return AnswerFrom(workers, context, [this, context, call]() -> absl::Status {
      const std::shared_ptr<const intake::Rules> rules = parts_.rules.Get();
      absl::StatusOr<std::string> caller = CallerOf(*context, *rules->access);
      if (!caller.ok()) return caller.status();
      return call(Asking{*std::move(caller), *rules});
    });
  }

  const AdminParts parts_;
  AdminCalls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAdminService(const AdminParts& parts) {
  return std::make_unique<AdminService>(parts);
}

}  // namespace kgw::server
