#ifndef TESTS_BENCH_SUPPORT_LOAD_H_
#define TESTS_BENCH_SUPPORT_LOAD_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::bench {

struct LoadResult {
  int64_t answered = 0;
  int64_t wrong = 0;  // not OK, or not mapped
  double seconds = 0;
  double p50_us = 0;
  double p99_us = 0;
  double cpu_us = 0;  // of this program, a record
  double per_second() const { return seconds > 0 ? static_cast<double>(answered) / seconds : 0; }
};

// Sends every record once, so many unanswered at any time, and checks each answer.
LoadResult UnaryLoad(const std::string& server, const std::vector<std::string>& records,
                     int in_flight);
// The same over one stream.
LoadResult StreamLoad(const std::string& server, const std::vector<std::string>& records,
                      int in_flight);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_LOAD_H_
