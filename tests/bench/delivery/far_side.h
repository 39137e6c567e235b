#ifndef TESTS_BENCH_DELIVERY_FAR_SIDE_H_
#define TESTS_BENCH_DELIVERY_FAR_SIDE_H_

#include <string>
#include <vector>

#include "tests/bench/delivery/request.h"

namespace kgw::bench {

// What a far side that keeps everything and does nothing else makes of one request.
struct Heard {
  bool transaction = false;
  std::vector<std::string> written;  // "Type/id" of each resource that was put, as often as it was
  std::string answer;                // the whole HTTP answer
};

// Speaks as much FHIR R4 below /fhir as the connector fhir_rest asks of a server that takes
// transactions and ids: /metadata, transactions of PUTs, single PUTs, searches that find nothing.
// Dies at a transaction in which it finds no PUT.
Heard Hear(const Request& request);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_FAR_SIDE_H_
