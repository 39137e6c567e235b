#ifndef TESTS_BENCH_DELIVERY_SETTINGS_H_
#define TESTS_BENCH_DELIVERY_SETTINGS_H_

#include <filesystem>

namespace kgw::bench {

// How much is measured, and of what.
struct Settings {
  std::filesystem::path out;
  std::filesystem::path gateway;  // the folder of the kap-gateway that is measured
  std::filesystem::path beside;   // that of another build, measured in turns with it; empty: none
  int rounds = 5;
  int sessions = 1200;  // of a round
  int patients = 64;    // each a lane of its own
  int in_flight = 8;    // deliveries at once
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_SETTINGS_H_
