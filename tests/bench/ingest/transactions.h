#ifndef TESTS_BENCH_INGEST_TRANSACTIONS_H_
#define TESTS_BENCH_INGEST_TRANSACTIONS_H_

#include <string>
#include <vector>

#include "tests/bench/ingest/mapping.h"
#include "tests/bench/support/load.h"

namespace kgw::bench {

// The resources of each record as a FHIR transaction: each put where its id says.
std::vector<std::string> TransactionsOf(const Mapping& mapping,
                                        const std::vector<std::string>& records);

// Posts each transaction once, so many unanswered at any time, and checks that every resource of
// each was created. `base` is the server's URL.
LoadResult PostAll(const std::string& base, const std::vector<std::string>& transactions,
                   int in_flight);

// How many resources of a type the server has, or -1.
int64_t CountOn(const std::string& base, const std::string& type);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_TRANSACTIONS_H_
