// Configuration: a YAML text, then, behind each zero byte, one override. No input may crash the
// reader, and a refused override changes nothing.
#include <cstdlib>
#include <string>

#include "gateway/base/config_reader.h"
#include "gateway/config/v1/config.pb.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const size_t yaml = rest.find('\0');
  gateway::config::v1::Config config;
  const absl::Status read = kgw::ReadYaml(rest.substr(0, yaml), "fuzz.yaml", &config);
  Require(read.ok() || !read.message().empty());
  rest = yaml == std::string_view::npos ? std::string_view() : rest.substr(yaml + 1);
  for (int i = 0; i < 20 && !rest.empty(); ++i) {
    const size_t end = rest.find('\0');
    const std::string before = kgw::HashOf(config);
    if (!kgw::ApplyOverride(rest.substr(0, end), &config).ok()) {
      Require(kgw::HashOf(config) == before);
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return 0;
}
