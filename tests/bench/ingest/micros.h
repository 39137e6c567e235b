#ifndef TESTS_BENCH_INGEST_MICROS_H_
#define TESTS_BENCH_INGEST_MICROS_H_

#include <functional>
#include <vector>

#include "tests/bench/support/report.h"

namespace kgw::bench {

// CPU microseconds of one run of each, over five rounds in turn, on this thread.
std::vector<Spread> Micros(const std::vector<std::function<void()>>& runs);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_MICROS_H_
