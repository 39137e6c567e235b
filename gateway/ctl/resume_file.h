#ifndef GATEWAY_CTL_RESUME_FILE_H_
#define GATEWAY_CTL_RESUME_FILE_H_

#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace kgw::ctl {

// Remembers which records were answered, so that a submission that was cut off goes on where it
// was. A line a record: line number, tab, file. A line cut off by a crash is not counted; sending
// that record again is safe.
class ResumeFile {
 public:
  // Reads what is there and appends to it. An empty path remembers nothing.
  static absl::StatusOr<ResumeFile> Open(const std::string& path);

  bool Answered(const std::string& file, int64_t line) const {
    return answered_.count({file, line}) > 0;
  }
  void Add(const std::string& file, int64_t line);

 private:
  std::set<std::pair<std::string, int64_t>> answered_;
  std::ofstream out_;
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_RESUME_FILE_H_
