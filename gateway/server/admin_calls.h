#ifndef GATEWAY_SERVER_ADMIN_CALLS_H_
#define GATEWAY_SERVER_ADMIN_CALLS_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/intake/rules.h"
#include "gateway/server/messages.h"
#include "gateway/server/operations.h"
#include "gateway/store/store.h"

namespace kgw::server {

// Who asks, and by which rules.
struct Asking {
  std::string caller;
  const intake::Rules& rules;
};

// What each call of AdminService does, without gRPC: check the caller's rights, ask the store or
// the parts that run, translate. Blocks while the store reads. Safe from any thread.
class AdminCalls {
 public:
  AdminCalls(store::Store& store, Operations& operations)
      : store_(store), operations_(operations) {}

  absl::Status ListRecords(const Asking& asking, const pb::ListRecordsRequest& request,
                           pb::ListRecordsResponse* out);
  absl::Status ListResources(const Asking& asking, const pb::ListResourcesRequest& request,
                             pb::ListResourcesResponse* out);
  absl::Status ListDeliveries(const Asking& asking, const pb::ListDeliveriesRequest& request,
                              pb::ListDeliveriesResponse* out);
  absl::Status CheckLedger(const Asking& asking, const pb::CheckLedgerRequest& request,
                           pb::CheckLedgerResponse* out);
  absl::Status ListPlugins(const Asking& asking, pb::ListPluginsResponse* out);
  absl::Status ListDestinations(const Asking& asking, pb::ListDestinationsResponse* out);
  absl::Status TestDestination(const Asking& asking, const pb::TestDestinationRequest& request,
                               pb::TestDestinationResponse* out);
  absl::Status RetryDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                             pb::DeliveryResponse* out);
  absl::Status CancelDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                              pb::DeliveryResponse* out);
  absl::Status HoldDelivery(const Asking& asking, const pb::DeliveryRequest& request,
                            pb::DeliveryResponse* out);

 private:
  using Lever = std::function<absl::Status(const store::DeliveryKey&, std::string_view why)>;
  absl::Status Pull(const Asking& asking, const pb::DeliveryRequest& request, const Lever& lever,
                    pb::DeliveryResponse* out);

  store::Store& store_;
  Operations& operations_;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_ADMIN_CALLS_H_
