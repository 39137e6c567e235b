#ifndef TESTS_BENCH_INGEST_MEASURED_PROCESS_H_
#define TESTS_BENCH_INGEST_MEASURED_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::bench {

// What the kernel counted for a process so far.
struct Usage {
  double cpu_seconds = 0;
  int64_t bytes_written = 0;   // to the block layer
  int64_t resident_bytes = 0;  // now
};

// A server started for a benchmark; stopped, by its own pid, with the object. Dies on failure: a
// benchmark without its server has nothing to say.
class MeasuredProcess {
 public:
  // Waits for a line that begins with READY.
  explicit MeasuredProcess(const std::vector<std::string>& command);
  ~MeasuredProcess();
  MeasuredProcess(const MeasuredProcess&) = delete;
  MeasuredProcess& operator=(const MeasuredProcess&) = delete;

  const std::string& ready_line() const { return ready_line_; }
  double seconds_to_ready() const { return seconds_to_ready_; }
  // The part of the ready line behind "NAME=".
  std::string Value(const std::string& name) const;
  Usage Read() const;

 private:
  pid_t pid_ = -1;
  std::string ready_line_;
  double seconds_to_ready_ = 0;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_MEASURED_PROCESS_H_
