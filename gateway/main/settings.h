#ifndef GATEWAY_MAIN_SETTINGS_H_
#define GATEWAY_MAIN_SETTINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gateway/access/caller.h"
#include "gateway/base/log.h"
#include "gateway/config/v1/config.pb.h"
#include "gateway/main/mapper_settings.h"
#include "gateway/privacy/route.h"
#include "gateway/record/record.h"

namespace kgw::main {

struct TlsFiles {
  std::string certificate;
  std::string private_key;
  std::string client_ca;
};

struct DestinationSettings {
  privacy::Route route;
  std::string plugin;
  std::string url;
  std::string people = "link";
  int in_flight = 4;
  absl::Duration timeout = absl::Seconds(60);
  std::string secret_file;  // where the bearer token is; both empty: none
  std::string secret_environment;
  TlsFiles tls;
  std::string server_ca;
  NamedValues settings;
  absl::Duration backoff_initial = absl::Seconds(1);
  absl::Duration backoff_maximum = absl::Minutes(5);
};

// The configuration with every default in place and every text understood.
struct Settings {
  bool development = false;
  std::string grpc_listen = "127.0.0.1:0";
  TlsFiles tls;
  std::string http_listen = "127.0.0.1:0";
  std::string store_path;
  record::Limits limits;
  uint64_t admission_bytes = uint64_t{64} << 20;
  uint64_t admission_percent_per_caller = 50;
  uint32_t streams_per_caller = 16;
  uint32_t stream_window = 256;
  uint32_t page_size = 1000;
  int mapping_threads = 0;  // 0: as many as the machine has processors
  absl::Duration mapping_timeout = absl::Seconds(10);
  absl::Duration drain_timeout = absl::Seconds(20);
  uint64_t grpc_bytes = uint64_t{64} << 20;
  bool log_json = false;
  LogLevel log_level = LogLevel::kInfo;
  std::vector<std::string> plugin_paths;
  std::vector<access::Caller> callers;
  std::vector<MapperSettings> mappers;
  std::vector<DestinationSettings> destinations;
};

// How much of limits.admission_bytes one caller may hold: always enough for one record.
uint64_t AdmissionBytesOfCaller(const Settings& settings);

// What is wrong with a configuration: where (a path such as "destinations[1].purpose"), and what
// was expected there.
struct Problem {
  std::string path;
  std::string text;
};

// Understands a configuration that has the schema's form. Adds every problem found; with one, the
// result is of no use.
Settings Understand(const gateway::config::v1::Config& config, std::vector<Problem>* problems);

// What may only change with a restart, and differs: the paths, for the operator.
std::vector<std::string> NeedsRestart(const Settings& from, const Settings& to);
// Puts the old values of these into the new settings.
void KeepWhatNeedsRestart(const Settings& from, Settings* to);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_SETTINGS_H_
