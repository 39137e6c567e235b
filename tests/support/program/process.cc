#include "tests/support/program/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace kgw::test {

Process::Process(std::vector<std::string> arguments, std::string log) : log_(std::move(log)) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    const int error = open(log_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(ends[1], STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  out_ = ends[0];
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
}

bool Process::ReadMore() {
  pollfd ready{out_, POLLIN, 0};
  if (poll(&ready, 1, 30000) <= 0) return false;
  char bytes[4096];
  const ssize_t size = read(out_, bytes, sizeof(bytes));
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(size));
  return true;
}

std::string Process::ReadLine() {
  size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!ReadMore()) return "";
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::string Process::ReadRest() {
  while (ReadMore()) {
  }
  return std::exchange(buffer_, "");
}

void Process::Signal(int signal) const { kill(pid_, signal); }

int Process::Wait() {
  for (int i = 0; i < 6000; ++i) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return -1000;
}

std::string Process::Log() const { return ReadAll(log_); }

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string BinDir() {
  const char* folder = std::getenv("KGW_BIN_DIR");
  return folder == nullptr ? "bin" : folder;
}

}  // namespace kgw::test
