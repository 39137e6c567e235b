#ifndef TESTS_BENCH_INGEST_RECORDS_H_
#define TESTS_BENCH_INGEST_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::bench {

// Wire bytes of `count` records made from one golden record, each with a key, a patient (of
// `patients` many) and values of its own. `first` is the number of the first: runs that share a
// store must not share numbers. Dies when the file is not there.
std::vector<std::string> DistinctRecords(const std::string& golden, int64_t first, int count,
                                         int patients);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_RECORDS_H_
