#ifndef GATEWAY_BASE_YAML_TREE_H_
#define GATEWAY_BASE_YAML_TREE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// A YAML text as a bounded tree with lines; for config_reader alone. The only file that sees
// yaml-cpp is yaml_tree.cc.
namespace kgw::internal {

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 0;  // from 1
  std::string scalar;
  bool quoted = false;  // the scalar stood in quotes, so it is text
  std::vector<YamlNode> items;
  std::vector<std::string> names;  // of a map's members; their values are `items`
  int name_line = 0;               // of a map's member: where its name stands
};

// INVALID_ARGUMENT "FILE:LINE: ..." when the text is not YAML, has more than one document, names a
// key twice, uses anchors and aliases, or goes beyond 1 MiB, 50 levels or 100,000 nodes.
absl::StatusOr<YamlNode> ParseYaml(std::string_view text, std::string_view file_name);

}  // namespace kgw::internal

#endif  // GATEWAY_BASE_YAML_TREE_H_
