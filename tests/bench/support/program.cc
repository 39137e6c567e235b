#include "tests/bench/support/program.h"

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

}  // namespace kgw::bench
