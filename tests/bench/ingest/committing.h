#ifndef TESTS_BENCH_INGEST_COMMITTING_H_
#define TESTS_BENCH_INGEST_COMMITTING_H_

#include <string>
#include <vector>

#include "tests/bench/ingest/mapping.h"
#include "tests/bench/support/report.h"

namespace kgw::bench {

inline constexpr int kCommitStretch = 500;

// CPU microseconds of this process for each record that goes through the store alone, 64 in
// flight, in stretches of kCommitStretch; decoding and mapping are done before and not counted.
Spread CommitCpuMicros(const std::string& path, const Mapping& mapping,
                       const std::vector<std::string>& records);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_COMMITTING_H_
