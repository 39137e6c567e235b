#include "gateway/ctl/record_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

absl::Status Unreadable(const fs::path& path, const std::error_code& error) {
  if (error == std::errc::permission_denied) {
    return absl::PermissionDeniedError(
        StrCat(path.string(), " may not be read: give your user the right to it"));
  }
  return absl::UnavailableError(StrCat(path.string(), " cannot be read: ", error.message()));
}

// Whether it can be read once only, from its beginning to its end: standard input, a pipe.
bool IsOnce(const std::string& path) {
  std::error_code error;
  return path == "-" || !fs::is_regular_file(path, error);
}

// The record files below a folder, in the order of their names.
absl::Status Walk(const std::string& folder, std::vector<std::string>* files) {
  std::error_code error;
  std::vector<std::string> found;
  fs::recursive_directory_iterator entry(folder, error);
  std::string last = folder;
  for (; !error && entry != fs::end(entry); entry.increment(error)) {
    last = entry->path().string();
    if (entry->is_directory(error) || error) continue;
    if (entry->path().extension() == ".json" || IsLines(entry->path())) found.push_back(last);
  }
  if (error) return Unreadable(last, error);
  std::sort(found.begin(), found.end());
  std::move(found.begin(), found.end(), std::back_inserter(*files));
  return absl::OkStatus();
}

absl::Status CheckReadable(const std::string& path) {
  if (path == "-" || faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0) {
    return absl::OkStatus();
  }
  return Unreadable(path, {errno, std::generic_category()});
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
    const fs::file_status about = path == "-" ? fs::file_status() : fs::status(path, error);
    if (about.type() == fs::file_type::not_found) {
      return absl::NotFoundError(StrCat(path, ": no such file or folder"));
    }
    if (error) return Unreadable(path, error);
    if (about.type() != fs::file_type::directory) {
      files.push_back(path);
    } else if (const absl::Status walked = Walk(path, &files); !walked.ok()) {
      return walked;
    }
  }
  // Before anything is sent, so that a wrong right does not show in the middle.
  for (const std::string& file : files) {
    if (const absl::Status readable = CheckReadable(file); !readable.ok()) return readable;
  }
  return RecordFiles(std::move(files));
}

int64_t RecordFiles::Count() const {
  int64_t count = 0;
  for (const std::string& file : files_) {
    if (IsOnce(file)) return 0;
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
  if (!stream_) return Unreadable(std::exchange(file_, ""), {errno, std::generic_category()});
  whole_ = !IsOnce(file_) && !IsLines(file_) && !LooksLikeLines(file_);
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
