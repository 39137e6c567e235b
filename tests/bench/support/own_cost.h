#ifndef TESTS_BENCH_SUPPORT_OWN_COST_H_
#define TESTS_BENCH_SUPPORT_OWN_COST_H_

namespace kgw::bench {

// What this program has spent so far: microseconds of all its threads, user and system.
double CpuMicros();

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_OWN_COST_H_
