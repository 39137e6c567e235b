#include "tests/bench/support/ledger.h"

#include <grpcpp/create_channel.h>

#include "gateway/v1/admin.grpc.pb.h"

namespace kgw::bench {
namespace {

namespace v1 = gateway::v1;

// False when the ledger does not agree, or does not answer.
bool Recount(const std::string& server, v1::CheckLedgerResponse* ledger) {
  v1::AdminService::Stub stub(grpc::CreateChannel(server, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  return stub.CheckLedger(&context, v1::CheckLedgerRequest(), ledger).ok() && ledger->agrees();
}

int64_t CountOf(const google::protobuf::RepeatedPtrField<v1::Count>& counts, const char* name) {
  for (const v1::Count& count : counts) {
    if (count.name() == name) return count.value();
  }
  return 0;
}

}  // namespace

int64_t MappedInLedger(const std::string& server) {
  v1::CheckLedgerResponse ledger;
  if (!Recount(server, &ledger)) return -1;
  return CountOf(ledger.records(), "mapped");
}

Deliveries DeliveriesInLedger(const std::string& server) {
  v1::CheckLedgerResponse ledger;
  if (!Recount(server, &ledger)) return {-1, 0};
  return {CountOf(ledger.deliveries(), "created"), CountOf(ledger.deliveries(), "delivered")};
}

}  // namespace kgw::bench
