#include "gateway/base/config_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include "gateway/base/config_fields.h"
#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "gateway/base/yaml_tree.h"

namespace kgw {

using google::protobuf::Message;

absl::Status ReadYaml(std::string_view text, std::string_view file_name, Message* out) {
  out->Clear();
  absl::StatusOr<internal::YamlNode> node = internal::ParseYaml(text, file_name);
  if (!node.ok()) return node.status();
  internal::ConfigFiller filler(file_name);
  filler.Fill(*node, "", out);
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

absl::StatusOr<absl::Duration> ParseDuration(std::string_view text, std::string_view field) {
  absl::Duration duration;
  if (!absl::ParseDuration(Abseil(text), &duration) || duration < absl::ZeroDuration() ||
      duration == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        StrCat(field, ": must be a duration such as 250ms, 30s, 5m or 1h30m"));
  }
  return duration;
}

}  // namespace kgw
