#include "tests/support/process/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

namespace kgw::support {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void Become(const std::vector<std::string>& command, int output,
                         const std::string& log) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(output, STDOUT_FILENO);
  const int errors = open(log.empty() ? "/dev/null" : log.c_str(),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

std::string ReadyLine(int output, Clock::time_point deadline) {
  std::string line;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{output, POLLIN, 0};
    if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) <= 0) return "";
    char c = 0;
    if (read(output, &c, 1) != 1) return "";
    if (c != '\n') {
      line += c;
    } else if (line.rfind("READY", 0) == 0) {
      return line;
    } else {
      line.clear();
    }
  }
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::string& log,
                           int seconds) {
  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return;
  const auto began = Clock::now();
  pid_ = fork();
  if (pid_ == 0) Become(command, output[1], log);
  close(output[1]);
  output_ = output[0];
  ready_line_ = ReadyLine(output_, began + std::chrono::seconds(seconds));
  seconds_to_ready_ = std::chrono::duration<double>(Clock::now() - began).count();
}

ChildProcess::~ChildProcess() {
  Stop(SIGTERM);
  if (output_ >= 0) close(output_);
}

int ChildProcess::Stop(int signal) {
  if (pid_ <= 0) return 0;
  kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return status;
}

Usage ChildProcess::Ended() {
  if (pid_ <= 0) return {};
  kill(pid_, SIGTERM);
  siginfo_t ended{};
  // What was counted can be read as long as nobody has asked for the status.
  waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);
  const Usage usage = Read();
  Stop(SIGTERM);
  return usage;
}

std::string ChildProcess::Value(const std::string& name) const {
  const size_t at = ready_line_.find(name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 1;
  return ready_line_.substr(begin, ready_line_.find(' ', begin) - begin);
}

Usage ChildProcess::Read() const {
  const std::string folder = "/proc/" + std::to_string(pid_);
  Usage usage;
  std::ifstream stat(folder + "/stat");
  const std::string text((std::istreambuf_iterator<char>(stat)), {});
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return usage;
  std::istringstream fields(text.substr(name_end + 2));
  std::string field;
  for (int number = 3; fields >> field; ++number) {  // numbered as in proc(5)
    if (number == 14 || number == 15) {
      usage.cpu_seconds += std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    if (number == 24) usage.resident_bytes = std::stoll(field) * sysconf(_SC_PAGESIZE);
  }
  std::ifstream io(folder + "/io");
  for (std::string name, value; io >> name >> value;) {
    if (name == "write_bytes:") usage.bytes_written = std::stoll(value);
  }
  std::ifstream status(folder + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) usage.peak_bytes = std::stoll(line.substr(6)) * 1024;
  }
  return usage;
}

}  // namespace kgw::support
