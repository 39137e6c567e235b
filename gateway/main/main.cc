#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/strings.h"
#include "gateway/main/flags.h"
#include "gateway/main/gateway.h"
#include "gateway/main/load.h"
#include "gateway/main/version.h"

namespace kgw::main {
namespace {

// What a drained gateway may take to be taken apart.
constexpr absl::Duration kLongestEnd = absl::Seconds(5);

// Where relative paths of plug-ins start: the parent of the program's folder.
std::string Home() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "." : program.parent_path().parent_path().string();
}

void Say(const absl::Status& status) {
  std::fprintf(stderr, "kap-gateway: %s\n", std::string(status.message()).c_str());
}

void SetLog(const Settings& settings) {
  LogOptions options;
  options.level = settings.log_level;
  options.json = settings.log_json;
  ConfigureLog(std::move(options));
}

// Before any thread is made, so that only Run takes these.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // Whoever started us may have ignored it, and then no child could be waited for.
  std::signal(SIGCHLD, SIG_DFL);
  return signals;
}

void Reload(Gateway& gateway, const ConfigSource& source, bool json) {
  absl::StatusOr<LoadedConfig> loaded = LoadConfig(source);
  absl::Status status = loaded.ok() ? gateway.Reload(*loaded) : loaded.status();
  if (!status.ok()) {
    Log(LogLevel::kError, "the configuration was not reloaded; the old one stays",
        {{"reason", OperatorText(Std(status.message()))}});
    return;
  }
  // The form of the log needs a restart; its level does not.
  loaded->settings.log_json = json;
  SetLog(loaded->settings);
  Log(LogLevel::kInfo, "the configuration was reloaded", {{"hash", Tag(gateway.config_hash())}});
}

// Until it is told to end.
void Watch(Gateway& gateway, const ConfigSource& source, const sigset_t& signals, bool json) {
  const timespec second{1, 0};
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &second);
    if (signal == SIGHUP) Reload(gateway, source, json);
    if (signal == SIGTERM || signal == SIGINT) {
      Log(LogLevel::kInfo, "asked to end; draining");
      return;
    }
    gateway.Tick();
  }
}

// A plug-in's call that ignores `cancelled` must not keep the process: nothing is lost with it, as
// with a crash.
void EndAtLatest(absl::Duration drain) {
  std::thread([drain] {
    absl::SleepFor(drain + kLongestEnd);
    Log(LogLevel::kError,
        "a plug-in's call did not end though it was cancelled: the gateway ends without it");
    std::_Exit(1);
  }).detach();
}

int Run(const Flags& flags) {
  // Debian builds Abseil with the search for deadlocks on: gRPC's every lock would pay for it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t signals = BlockSignals();
  const ConfigSource source{flags.config, flags.set};
  absl::StatusOr<LoadedConfig> loaded = LoadConfig(source);
  if (!loaded.ok()) {
    Say(loaded.status());
    return 1;
  }
  if (flags.check_config) {
    std::printf("%s: the configuration is right\n", flags.config.c_str());
    return 0;
  }
  const Settings& settings = loaded->settings;
  SetLog(settings);
  if (settings.development) {
    Log(LogLevel::kWarning,
        "DEVELOPMENT MODE: no TLS, every caller may do everything; this machine only, no real "
        "patients");
  }
  absl::StatusOr<std::unique_ptr<Gateway>> gateway = Gateway::Start(*loaded, Home());
  if (!gateway.ok()) {
    Say(gateway.status());
    return 1;
  }
  Log(LogLevel::kInfo, "serving",
      {{"version", Tag(kVersion)},
       {"grpc", Tag((*gateway)->grpc_address())},
       {"http", Tag((*gateway)->http_address())},
       {"config", Tag(loaded->hash)}});
  std::printf("READY grpc=%s http=%s\n", (*gateway)->grpc_address().c_str(),
              (*gateway)->http_address().c_str());
  std::fflush(stdout);
  Watch(**gateway, source, signals, settings.log_json);
  EndAtLatest((*gateway)->LongestDrain());
  (*gateway)->Drain();
  return 0;
}

}  // namespace
}  // namespace kgw::main

int main(int argc, char** argv) {
  const kgw::main::Flags flags = kgw::main::ReadFlags(argc, argv);
  if (flags.exit.has_value()) return *flags.exit;
  return kgw::main::Run(flags);
}
