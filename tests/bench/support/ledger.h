#ifndef TESTS_BENCH_SUPPORT_LEDGER_H_
#define TESTS_BENCH_SUPPORT_LEDGER_H_

#include <cstdint>
#include <string>

namespace kgw::bench {

// Mapped records of a gateway's ledger, or -1 when it does not agree. `server` is its gRPC address.
int64_t MappedInLedger(const std::string& server);

// Deliveries of a gateway's ledger. `created` is -1 when it does not agree.
struct Deliveries {
  int64_t created = 0;
  int64_t delivered = 0;
};
Deliveries DeliveriesInLedger(const std::string& server);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_LEDGER_H_
