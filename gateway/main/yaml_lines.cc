#include "gateway/main/yaml_lines.h"

#include <cstdlib>
#include <exception>

#include "yaml-cpp/yaml.h"

namespace kgw::main {
namespace {

// The next step of a path: a name or "[3]".
std::string TakeStep(std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  size_t end = path.starts_with('[') ? path.find(']') + 1 : path.find_first_of(".[");
  if (end == std::string_view::npos || end == 0) end = path.size();
  std::string step(path.substr(0, end));
  path.remove_prefix(end);
  return step;
}

int Walk(const std::string& yaml, std::string_view path) {
  YAML::Node node = YAML::Load(yaml);
  int line = 0;
  while (!path.empty() && node.IsDefined()) {
    const std::string step = TakeStep(path);
    if (step.starts_with('[')) {
      const size_t index = std::strtoul(step.c_str() + 1, nullptr, 10);
      if (!node.IsSequence() || index >= node.size()) return line;
      node.reset(node[index]);
      line = node.Mark().line + 1;
      continue;
    }
    if (!node.IsMap()) return line;
    YAML::Node value;
    bool found = false;
    for (const auto& member : node) {
      if (member.first.Scalar() != step) continue;
      line = member.first.Mark().line + 1;
      value.reset(member.second);
      found = true;
    }
    if (!found) return line;
    node.reset(value);
  }
  return line;
}

}  // namespace

int LineOf(const std::string& yaml, std::string_view path) {
  // The library throws, also over a text it has read before.
  try {
    return Walk(yaml, path);
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace kgw::main
