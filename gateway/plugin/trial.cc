#include "gateway/plugin/trial.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "absl/time/clock.h"
#include "gateway/base/clock.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

// Sanitizers end a crashed process by an exit of their own, with 1 or 66: no such code is ours.
constexpr int kGood = 86;
constexpr absl::Duration kLook = absl::Milliseconds(1);

[[noreturn]] void RunCopy(const std::function<void()>& body, pid_t parent) {
  // A gateway that is killed meanwhile must not live on in its copy, which holds its files.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, SIG_DFL);
  body();
  _exit(kGood);
}

absl::Status Ending(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == kGood) return absl::OkStatus();
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return absl::FailedPreconditionError(
        StrCat("signal ", signal, " (", sigdescr_np(signal) ?: "unknown", ")"));
  }
  return absl::FailedPreconditionError(StrCat("an exit with code ", WEXITSTATUS(status)));
}

}  // namespace

absl::Status TryInACopy(const std::function<void()>& body, absl::Duration timeout) {
  const int64_t end = RealClock().MonotonicNanos() + absl::ToInt64Nanoseconds(timeout);
  const pid_t parent = getpid();
  const pid_t copy = fork();
  if (copy == 0) RunCopy(body, parent);
  if (copy < 0) {
    return absl::UnavailableError(std::error_code(errno, std::generic_category()).message());
  }
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(copy, &status, WNOHANG);
    if (ended == copy) return Ending(status);
    if (ended < 0 && errno != EINTR) {
      return absl::UnavailableError(std::error_code(errno, std::generic_category()).message());
    }
    if (RealClock().MonotonicNanos() > end) break;
    absl::SleepFor(kLook);
  }
  kill(copy, SIGKILL);
  while (waitpid(copy, &status, 0) < 0 && errno == EINTR) {
  }
  return absl::DeadlineExceededError(StrCat("no end within ", absl::FormatDuration(timeout)));
}

}  // namespace kgw::plugin
