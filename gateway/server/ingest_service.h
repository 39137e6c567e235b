#ifndef GATEWAY_SERVER_INGEST_SERVICE_H_
#define GATEWAY_SERVER_INGEST_SERVICE_H_

#include <memory>

#include "gateway/intake/admission_budget.h"
#include "gateway/intake/intake.h"
#include "gateway/intake/rules.h"
#include "gateway/intake/stream_registry.h"
#include "gateway/server/workers.h"
#include "gateway/store/store.h"
#include "grpcpp/impl/service_type.h"

namespace kgw::server {

// All must outlive the service.
struct IngestParts {
  const intake::RulesBoard& rules;
  intake::AdmissionBudget& budget;
  intake::Intake& intake;
  intake::StreamRegistry& streams;
  store::Store& store;
  Workers& workers;
};

// gateway.v1.IngestService on gRPC's callback API. Submit and Preview take the raw bytes of the
// message: who calls and whether there is room is settled before a byte is parsed. SubmitStream
// takes them because gRPC tells a message that it cannot parse as the end of the stream.
std::unique_ptr<grpc::Service> MakeIngestService(const IngestParts& parts);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_INGEST_SERVICE_H_
