#ifndef TESTS_GATEWAY_STORE_SCRATCH_H_
#define TESTS_GATEWAY_STORE_SCRATCH_H_

#include <filesystem>
#include <string>

#include "gtest/gtest.h"

namespace kgw::store {

// A folder of its own for one test, removed at its end. In memory where the system has such a
// place: what a disk would do is decided by the test, not by the machine's disk.
class Scratch {
 public:
  Scratch() {
    std::error_code ignored;
    const bool memory = std::filesystem::is_directory("/dev/shm", ignored);
    std::string pattern = (memory ? "/dev/shm/" : testing::TempDir()) + "kgw-store-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

}  // namespace kgw::store

#endif  // TESTS_GATEWAY_STORE_SCRATCH_H_
