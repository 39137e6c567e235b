#include "gateway/ctl/resume_file.h"

#include <charconv>

#include "gateway/base/strings.h"

namespace kgw::ctl {

absl::StatusOr<ResumeFile> ResumeFile::Open(const std::string& path) {
  ResumeFile file;
  if (path.empty()) return file;
  bool whole = true;  // the last line ends in a line feed
  {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
      whole = !in.eof();
      const size_t tab = line.find('\t');
      int64_t number = 0;
      const auto [end, error] =
          std::from_chars(line.data(), line.data() + std::min(tab, line.size()), number);
      if (!whole || tab == std::string::npos || error != std::errc()) continue;
      file.answered_.emplace(line.substr(tab + 1), number);
    }
  }
  file.out_.open(path, std::ios::app);
  if (!file.out_) return absl::PermissionDeniedError(StrCat(path, ": cannot be written"));
  if (!whole) file.out_ << '\n';
  return file;
}

void ResumeFile::Add(const std::string& file, int64_t line) {
  if (out_.is_open()) out_ << line << '\t' << file << std::endl;
}

}  // namespace kgw::ctl
