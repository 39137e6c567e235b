#ifndef TESTS_SUPPORT_PROGRAM_PROCESS_H_
#define TESTS_SUPPORT_PROGRAM_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace kgw::test {

// A program under test. Killed when this is destroyed.
class Process {
 public:
  // `arguments[0]` is the program. Standard error goes to the file `log`, which is made anew.
  Process(std::vector<std::string> arguments, std::string log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next line of standard output; empty at its end, or after 30 seconds.
  std::string ReadLine();
  // All of it until it ends.
  std::string ReadRest();
  void Signal(int signal) const;
  // The exit code, or minus the signal; -1000 when it has not ended after 60 seconds.
  int Wait();
  // What standard error holds now.
  std::string Log() const;
  pid_t pid() const { return pid_; }

 private:
  bool ReadMore();

  const std::string log_;
  pid_t pid_ = -1;
  int out_ = -1;
  std::string buffer_;
};

std::string ReadAll(const std::string& path);
// The folder of built programs, from the environment.
std::string BinDir();

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_PROGRAM_PROCESS_H_
