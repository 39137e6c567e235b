#include "tests/bench/ingest/measured_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace kgw::bench {
namespace {

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

std::string ReadLine(int fd) {
  std::string line;
  for (char c; read(fd, &c, 1) == 1;) {
    if (c == '\n') {
      if (line.rfind("READY", 0) == 0) return line;
      line.clear();
    } else {
      line += c;
    }
  }
  return "";
}

}  // namespace

MeasuredProcess::MeasuredProcess(const std::vector<std::string>& command) {
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) Die("no pipe");
  const auto began = std::chrono::steady_clock::now();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    const int silent = open("/dev/null", O_WRONLY);
    dup2(silent, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(out[1]);
  ready_line_ = ReadLine(out[0]);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
  seconds_to_ready_ = spent.count();
  if (ready_line_.empty()) Die(command[0] + " did not become ready");
}

MeasuredProcess::~MeasuredProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

std::string MeasuredProcess::Value(const std::string& name) const {
  const size_t at = ready_line_.find(name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 1;
  return ready_line_.substr(begin, ready_line_.find(' ', begin) - begin);
}

Usage MeasuredProcess::Read() const {
  const std::string folder = "/proc/" + std::to_string(pid_);
  Usage usage;
  std::ifstream stat(folder + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 3; fields >> field; ++i) {
    if (i == 14 || i == 15) {
      usage.cpu_seconds += std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    if (i == 24) usage.resident_bytes = std::stoll(field) * sysconf(_SC_PAGESIZE);
  }
  std::ifstream io(folder + "/io");
  for (std::string name, value; io >> name >> value;) {
    if (name == "write_bytes:") usage.bytes_written = std::stoll(value);
  }
  return usage;
}

}  // namespace kgw::bench
