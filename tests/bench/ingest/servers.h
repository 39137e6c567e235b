#ifndef TESTS_BENCH_INGEST_SERVERS_H_
#define TESTS_BENCH_INGEST_SERVERS_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process/child_process.h"

namespace kgw::bench {

// Ends the program: a benchmark whose server or answers are wrong has nothing to say.
[[noreturn]] void Die(const std::string& why);

// Where this program and the servers beside it lie.
std::filesystem::path ProgramFolder();

// Starts what is measured. Stores lie in one folder, on the disk of the results, that goes with the
// object.
class Servers {
 public:
  explicit Servers(std::filesystem::path folder);
  ~Servers();
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // Path of a store that does not exist yet.
  std::string NewStore();
  std::unique_ptr<support::ChildProcess> Gateway(const std::string& store) const;
  std::unique_ptr<support::ChildProcess> Reference();

 private:
  const std::filesystem::path folder_;
  int stores_ = 0;
};

// Starts a program and dies where it does not become ready.
std::unique_ptr<support::ChildProcess> Started(const std::vector<std::string>& command);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_SERVERS_H_
