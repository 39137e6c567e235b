#ifndef TESTS_BENCH_INGEST_STAGES_H_
#define TESTS_BENCH_INGEST_STAGES_H_

#include <string>

#include "tests/bench/support/report.h"

namespace kgw::bench {

// What each stage of one record costs, alone on one thread: decode and check, map, whole pipeline,
// compress; beside them RapidJSON reading the input and writing the output, which no mapping can do
// without.
void AddStages(const std::string& golden, Report* report);

// Microseconds of decoding and the whole pipeline for this record.
double MappingMicros(const std::string& golden);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_STAGES_H_
