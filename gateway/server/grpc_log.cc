#include "gateway/server/grpc_log.h"

#include "gateway/base/log.h"
#include "grpc/support/log.h"

namespace kgw::server {
namespace {

// gRPC calls everything an error that a stranger's broken connection causes.
void Take(gpr_log_func_args* args) {
  const LogLevel level =
      args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug;
  Log(level, "grpc", {{"text", OperatorText(args->message)}});
}

}  // namespace

void TakeGrpcLog() { gpr_set_log_function(Take); }

}  // namespace kgw::server
