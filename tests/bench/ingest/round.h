#ifndef TESTS_BENCH_INGEST_ROUND_H_
#define TESTS_BENCH_INGEST_ROUND_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/ingest/servers.h"
#include "tests/bench/support/load.h"
#include "tests/bench/support/report.h"

namespace kgw::bench {

// One load on one server, and what the server spent on it, for each record.
struct Round {
  LoadResult load;
  double cpu_us = 0;
  double bytes = 0;  // to disk
  double peak_megabytes = 0;
};

using Records = std::vector<std::string>;
using Load = std::function<LoadResult(const std::string& server, const Records& records)>;

Load Unary(int in_flight);
Load Streamed(int in_flight);

// Dies when an answer is missing or wrong.
Round Measure(const support::ChildProcess& server, const Records& records, const Load& load);
// With a new store that holds all records afterwards, or it dies. The bytes are those of the whole
// run: closing copies back what only the log held.
Round MeasureGateway(Servers& servers, const Records& records, const Load& load,
                     const std::filesystem::path& build = ProgramFolder());
Round MeasureReference(Servers& servers, const Records& records, const Load& load);

// One figure of several rounds.
Spread Of(const std::vector<Round>& rounds, const std::function<double(const Round&)>& figure);
// Rate with its spread; the medians of all else.
Row RowOf(const std::string& name, const std::vector<Round>& rounds);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_ROUND_H_
