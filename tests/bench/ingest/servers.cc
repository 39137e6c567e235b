#include "tests/bench/ingest/servers.h"

namespace kgw::bench {

namespace fs = std::filesystem;
using support::ChildProcess;

Servers::Servers(fs::path folder) : folder_(std::move(folder)) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
}

Servers::~Servers() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Servers::NewStore() { return (folder_ / (std::to_string(++stores_) + ".db")).string(); }

std::unique_ptr<ChildProcess> Servers::Gateway(const std::string& store,
                                               const fs::path& build) const {
  return Started({build / "kap-gateway", "--config", "deploy/config/development.yaml", "--set",
                  "store.path=" + store, "--set", "grpc.listen=127.0.0.1:0", "--set",
                  "http.listen=127.0.0.1:0"});
}

std::unique_ptr<ChildProcess> Servers::Reference() {
  return Started({ProgramFolder() / "ingest_reference_server", NewStore()});
}

}  // namespace kgw::bench
