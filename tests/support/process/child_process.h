#ifndef TESTS_SUPPORT_PROCESS_CHILD_PROCESS_H_
#define TESTS_SUPPORT_PROCESS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::support {

// What the kernel counted for a process so far.
struct Usage {
  double cpu_seconds = 0;
  int64_t bytes_written = 0;   // to the block layer
  int64_t resident_bytes = 0;  // now
  int64_t peak_bytes = 0;      // resident at most so far; 0 once it has ended
};

// A server that a test or benchmark starts, and stops by its own process id at the latest with the
// object, or with the thread that started it. One thread.
class ChildProcess {
 public:
  // Starts it and waits, at most `seconds`, for a line that begins with READY. What it writes to
  // stderr goes to `log` (nowhere when empty). ready_line() is empty when it did not get there.
  explicit ChildProcess(const std::vector<std::string>& command, const std::string& log = "",
                        int seconds = 180);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const std::string& ready_line() const { return ready_line_; }
  double seconds_to_ready() const { return seconds_to_ready_; }
  // The part of the ready line behind "NAME=".
  std::string Value(const std::string& name) const;
  Usage Read() const;
  // Sends a signal and waits for the end; answers the status of waitpid.
  int Stop(int signal);
  // Stops it with SIGTERM and answers what it had used by its end.
  Usage Ended();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string ready_line_;
  double seconds_to_ready_ = 0;
};

}  // namespace kgw::support

#endif  // TESTS_SUPPORT_PROCESS_CHILD_PROCESS_H_
