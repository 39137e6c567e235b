#ifndef GATEWAY_SERVER_SUBMIT_STREAM_H_
#define GATEWAY_SERVER_SUBMIT_STREAM_H_

#include <memory>
#include <string>

#include "gateway/intake/admission_budget.h"
#include "gateway/intake/intake.h"
#include "gateway/intake/rules.h"
#include "gateway/intake/stream_registry.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace kgw::server {

using SubmitStreamReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// What a stream needs; outlives it.
struct StreamParts {
  const intake::RulesBoard& rules;
  intake::AdmissionBudget& budget;
  intake::Intake& intake;
  intake::StreamRegistry& registry;
};

// Serves one SubmitStream call; gRPC owns it. Reads while fewer records are unanswered than the
// window allows and the budget has room: flow control carries the rest back to the sender.
SubmitStreamReactor* ServeSubmitStream(const StreamParts& parts,
                                       grpc::CallbackServerContext* context);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_SUBMIT_STREAM_H_
