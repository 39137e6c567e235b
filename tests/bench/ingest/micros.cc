#include "tests/bench/ingest/micros.h"

#include <ctime>

namespace kgw::bench {
namespace {

constexpr int kRepeats = 300;
constexpr int kRounds = 5;

// Of this thread; other programs that use the machine do not count.
double ThreadCpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

}  // namespace

std::vector<Spread> Micros(const std::vector<std::function<void()>>& runs) {
  std::vector<std::vector<double>> rounds(runs.size());
  for (const auto& run : runs) run();
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < runs.size(); ++i) {
      const double start = ThreadCpuMicros();
      for (int repeat = 0; repeat < kRepeats; ++repeat) runs[i]();
      rounds[i].push_back((ThreadCpuMicros() - start) / kRepeats);
    }
  }
  std::vector<Spread> spreads;
  spreads.reserve(rounds.size());
  for (std::vector<double>& each : rounds) spreads.push_back(SpreadOf(std::move(each)));
  return spreads;
}

}  // namespace kgw::bench
