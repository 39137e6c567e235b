#include "gateway/base/config_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/config_fields.h"
#include "gateway/base/config_path.h"
#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "gateway/base/yaml_tree.h"

namespace kgw {

using google::protobuf::Message;
using internal::YamlNode;

int ConfigLines::Of(std::string_view path) const {
  std::vector<internal::ConfigStep> steps;
  if (root_ == nullptr || !internal::CutPath(path, &steps)) return 0;
  int line = 0;
  const YamlNode* node = root_.get();
  for (const internal::ConfigStep& step : steps) {
    const auto name = std::find(node->names.begin(), node->names.end(), step.name);
    if (name == node->names.end()) return line;
    node = &node->items[static_cast<size_t>(name - node->names.begin())];
    line = node->name_line;
    if (step.entry.empty()) continue;
    size_t position = 0;
    if (node->kind != YamlNode::Kind::kList || !internal::ParseNumber(step.entry, &position) ||
        position >= node->items.size()) {
      return line;
    }
    node = &node->items[position];
    line = node->line;
  }
  return line;
}

absl::Status ReadYaml(std::string_view text, std::string_view file_name, Message* out,
                      ConfigLines* lines) {
  out->Clear();
  absl::StatusOr<YamlNode> node = internal::ParseYaml(text, file_name);
  if (!node.ok()) return node.status();
  internal::ConfigFiller filler(file_name);
  filler.Fill(*node, "", out);
  if (lines != nullptr) lines->root_ = std::make_shared<const YamlNode>(*std::move(node));
  return filler.Result();
}

std::string HashOf(const Message& config) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    config.SerializePartialToCodedStream(&coded);
  }
  return HexOf(Sha256Of(bytes));
}

}  // namespace kgw
