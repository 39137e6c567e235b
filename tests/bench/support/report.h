#ifndef TESTS_BENCH_SUPPORT_REPORT_H_
#define TESTS_BENCH_SUPPORT_REPORT_H_

#include <optional>
#include <string>
#include <vector>

namespace kgw::bench {

// A figure of five rounds: the middle, and the range.
struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
};
Spread SpreadOf(std::vector<double> rounds);

// One line of a benchmark's report; what is not given was not measured.
struct Row {
  std::string name{};
  double value = 0;
  std::string unit{};
  std::optional<Spread> spread{};
  std::optional<double> p50_us{};
  std::optional<double> p99_us{};
  std::optional<double> cpu_us{};         // of the server, for one of what is counted
  std::optional<double> client_cpu_us{};  // of the program that made the load
  std::optional<double> bytes{};          // written, for one
  std::string peer{};                     // what it is compared with in the same run
  std::optional<double> ratio{};
  std::optional<Spread> ratio_spread{};  // of the rounds
  std::optional<double> target{};        // of the ratio, or of the value where there is no peer
  bool smaller_is_better = false;

  // Sets peer, ratio and its spread from one ratio a round.
  void CompareWith(std::string whom, std::vector<double> ratios);
  // Whether the target is reached; true where there is none.
  bool Met() const;
};

// Prints rows as they come and writes {machine, rows} as JSON at the end.
class Report {
 public:
  explicit Report(std::string path);
  void Add(Row row);
  // False when the file cannot be written.
  bool Write() const;

 private:
  std::string path_;
  double load_ = 0;  // of the machine, before the first row
  std::vector<Row> rows_;
};

// Microseconds of one small append with fdatasync in a folder: what durability costs there.
double FsyncMicros(const std::string& folder);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_REPORT_H_
