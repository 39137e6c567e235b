#ifndef GATEWAY_SERVER_UNARY_H_
#define GATEWAY_SERVER_UNARY_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/violation.h"
#include "gateway/server/status_details.h"
#include "gateway/server/workers.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace kgw::server {

// Answers a call from a worker's thread with what `work` returns. A call whose caller has gone, or
// whose deadline has passed while it waited, does no work.
template <typename Work>
grpc::ServerUnaryReactor* AnswerFrom(Workers& workers, grpc::CallbackServerContext* context,
                                     Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const bool posted = workers.Post([context, reactor, work = std::move(work)] {
    if (context->IsCancelled()) {
      reactor->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone"));
    } else {
      reactor->Finish(ToGrpc(work()));
    }
  });
  if (!posted) {
    reactor->Finish(ToGrpc(RetryLater(absl::StatusCode::kResourceExhausted,
                                      "too many calls wait already: try again after the delay",
                                      absl::Seconds(1))));
  }
  return reactor;
}

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_UNARY_H_
