#include "tests/bench/ingest/servers.h"

#include <cstdio>
#include <cstdlib>

namespace kgw::bench {

namespace fs = std::filesystem;
using support::ChildProcess;

void Die(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::unique_ptr<ChildProcess> Started(const std::vector<std::string>& command) {
  auto server = std::make_unique<ChildProcess>(command);
  if (server->ready_line().empty()) Die(command[0] + " did not become ready");
  return server;
}

Servers::Servers(fs::path folder) : folder_(std::move(folder)) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
}

Servers::~Servers() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Servers::NewStore() { return (folder_ / (std::to_string(++stores_) + ".db")).string(); }

std::unique_ptr<ChildProcess> Servers::Gateway(const std::string& store) const {
  return Started({ProgramFolder() / "kap-gateway", "--config", "deploy/config/development.yaml",
                  "--set", "store.path=" + store, "--set", "grpc.listen=127.0.0.1:0", "--set",
                  "http.listen=127.0.0.1:0"});
}

std::unique_ptr<ChildProcess> Servers::Reference() {
  return Started({ProgramFolder() / "ingest_reference_server", NewStore()});
}

}  // namespace kgw::bench
