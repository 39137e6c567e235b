#ifndef TESTS_BENCH_INGEST_SERVERS_H_
#define TESTS_BENCH_INGEST_SERVERS_H_

#include <filesystem>
#include <memory>
#include <string>

#include "tests/bench/support/program.h"

namespace kgw::bench {

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
  // The gateway of the build in this folder.
  std::unique_ptr<support::ChildProcess> Gateway(
      const std::string& store, const std::filesystem::path& build = ProgramFolder()) const;
  std::unique_ptr<support::ChildProcess> Reference();

 private:
  const std::filesystem::path folder_;
  int stores_ = 0;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_SERVERS_H_
