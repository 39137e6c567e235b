#ifndef TESTS_BENCH_INGEST_SETTINGS_H_
#define TESTS_BENCH_INGEST_SETTINGS_H_

#include <cstdint>
#include <filesystem>
#include <string>

namespace kgw::bench {

// How much is measured. All counts are records, of one round where there are rounds.
struct Settings {
  std::string out;
  std::string only;              // empty: every part
  std::filesystem::path beside;  // the folder of another build's kap-gateway; empty: none
  int rounds = 5;
  int large = 8000;
  int small = 24000;
  int one = 800;
  int64_t stored = 500000;
  int hapi_warm_up = 300;
  int hapi = 30;
};

inline constexpr char kLargeSession[] = "tests/golden/Session/large.record.json";
inline constexpr char kSmallOutcome[] = "tests/golden/Outcome/small.record.json";

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_SETTINGS_H_
