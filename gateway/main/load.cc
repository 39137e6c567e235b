#include "gateway/main/load.h"

#include "gateway/base/config_reader.h"
#include "gateway/base/file.h"
#include "gateway/base/strings.h"
#include "gateway/config/v1/config.pb.h"

namespace kgw::main {
namespace {

constexpr size_t kMostConfigBytes = size_t{1} << 20;
constexpr size_t kMostProblems = 20;

absl::Status Report(const std::string& file, const ConfigLines& lines,
                    const std::vector<Problem>& problems) {
  std::string message;
  for (size_t i = 0; i < problems.size() && i < kMostProblems; ++i) {
    const int line = lines.Of(problems[i].path);
    StrAppend(&message, i == 0 ? "" : "\n", file, ":");
    if (line > 0) StrAppend(&message, line, ":");
    StrAppend(&message, " ", problems[i].path, ": ", problems[i].text);
  }
  if (problems.size() > kMostProblems) {
    StrAppend(&message, "\nand ", problems.size() - kMostProblems, " more");
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<LoadedConfig> LoadConfig(const ConfigSource& source) {
  absl::StatusOr<std::string> text = ReadFile(source.file, kMostConfigBytes);
  if (!text.ok()) return text.status();
  gateway::config::v1::Config config;
  ConfigLines lines;
  absl::Status read = ReadYaml(*text, source.file, &config, &lines);
  if (!read.ok()) return read;
  for (const std::string& each : source.overrides) {
    absl::Status set = ApplyOverride(each, &config);
    if (!set.ok()) return absl::Status(set.code(), StrCat("--set: ", Std(set.message())));
  }
  std::vector<Problem> problems;
  LoadedConfig loaded;
  loaded.settings = Understand(config, &problems);
  if (!problems.empty()) return Report(source.file, lines, problems);
  loaded.hash = HashOf(config);
  return loaded;
}

}  // namespace kgw::main
