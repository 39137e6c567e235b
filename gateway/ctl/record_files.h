#ifndef GATEWAY_CTL_RECORD_FILES_H_
#define GATEWAY_CTL_RECORD_FILES_H_

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace kgw::ctl {

// One record's JSON and where it stood.
struct RecordText {
  std::string file;
  int64_t line = 1;
  std::string json;
};

// Every record below the given paths, in order: a file holds one record, or one record a line
// (*.jsonl, *.ndjson, or when its first line is a whole object and more follows); a folder is
// walked in the order of names for *.json, *.jsonl and *.ndjson; "-" is standard input and, like a
// pipe, read once: a record a line. Memory is one record, however long the files are.
class RecordFiles {
 public:
  // NOT_FOUND names the path that is not there, another error the file or folder that cannot be
  // read.
  static absl::StatusOr<RecordFiles> Open(const std::vector<std::string>& paths);

  // The next record; nullopt at the end. An error names the file and leaves it out.
  absl::StatusOr<std::optional<RecordText>> Next();
  // How many records there will be, by counting lines; 0 when standard input or a pipe is among
  // them.
  int64_t Count() const;

 private:
  explicit RecordFiles(std::vector<std::string> files) : files_(std::move(files)) {}

  absl::Status OpenNext();
  std::optional<RecordText> NextLine();

  std::vector<std::string> files_;
  size_t next_file_ = 0;
  std::ifstream stream_;
  std::string file_;  // being read; empty: none
  int64_t line_ = 0;
  bool whole_ = false;  // the file is one record
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_RECORD_FILES_H_
