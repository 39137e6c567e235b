#include "gateway/ctl/record_files.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLargestRecord = int64_t{64} << 20;

bool IsLines(const fs::path& path) {
  return path.extension() == ".jsonl" || path.extension() == ".ndjson";
}

bool IsBlank(const std::string& line) {
  return line.find_first_not_of(" \t\r\n") == std::string::npos;
}

// A file without a telling name holds a record a line when its first line is one by itself and
// another follows.
bool LooksLikeLines(const std::string& path) {
  std::ifstream stream(path);
  std::string first;
  std::string second;
  while (std::getline(stream, first) && IsBlank(first)) {
  }
  while (std::getline(stream, second) && IsBlank(second)) {
  }
  return !IsBlank(second) && json::Document::Parse(first).ok();
}

int64_t CountLines(const std::string& path) {
  std::ifstream stream(path);
  int64_t lines = 0;
  for (std::string line; std::getline(stream, line);) lines += IsBlank(line) ? 0 : 1;
  return lines;
}

}  // namespace

absl::StatusOr<RecordFiles> RecordFiles::Open(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
      std::vector<std::string> found;
      for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
        const fs::path& file = entry.path();
        if (file.extension() == ".json" || IsLines(file)) found.push_back(file.string());
      }
      std::sort(found.begin(), found.end());
      std::move(found.begin(), found.end(), std::back_inserter(files));
    } else if (path == "-" || fs::exists(path, error)) {
      files.push_back(path);
    } else {
      return absl::NotFoundError(StrCat(path, ": no such file or folder"));
    }
  }
  return RecordFiles(std::move(files));
}

int64_t RecordFiles::Count() const {
  int64_t count = 0;
  for (const std::string& file : files_) {
    if (file == "-") return 0;
    count += IsLines(file) || LooksLikeLines(file) ? CountLines(file) : 1;
  }
  return count;
}

absl::Status RecordFiles::OpenNext() {
  file_ = files_[next_file_++];
  line_ = 0;
  whole_ = false;
  if (file_ == "-") return absl::OkStatus();
  stream_ = std::ifstream(file_);
  whole_ = !IsLines(file_) && !LooksLikeLines(file_);
  if (!stream_) {
    return absl::PermissionDeniedError(StrCat(std::exchange(file_, ""), ": cannot be read"));
  }
  return absl::OkStatus();
}

std::optional<RecordText> RecordFiles::NextLine() {
  std::istream& in = file_ == "-" ? std::cin : static_cast<std::istream&>(stream_);
  std::string line;
  while (std::getline(in, line)) {
    ++line_;
    if (!IsBlank(line)) return RecordText{file_, line_, std::move(line)};
  }
  file_.clear();
  return std::nullopt;
}

absl::StatusOr<std::optional<RecordText>> RecordFiles::Next() {
  while (true) {
    if (file_.empty()) {
      if (next_file_ == files_.size()) return std::optional<RecordText>();
      if (absl::Status opened = OpenNext(); !opened.ok()) return opened;
    }
    if (whole_) {
      std::error_code error;
      std::string file = std::exchange(file_, "");
      if (static_cast<int64_t>(fs::file_size(file, error)) > kLargestRecord) {
        return absl::InvalidArgumentError(StrCat(file, ": over 64 MiB for one record"));
      }
      std::string text((std::istreambuf_iterator<char>(stream_)), {});
      return std::optional<RecordText>({std::move(file), 1, std::move(text)});
    }
    if (auto record = NextLine()) return record;
  }
}

}  // namespace kgw::ctl
