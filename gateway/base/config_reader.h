#ifndef GATEWAY_BASE_CONFIG_READER_H_
#define GATEWAY_BASE_CONFIG_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace google::protobuf {
class Message;
}

// Reads a configuration: YAML checked against a protobuf message, whose field names are the
// settings. Values never stand in an error, since one may be a secret in the wrong place.
namespace kgw {

namespace internal {
struct YamlNode;
}  // namespace internal

// The lines on which the settings of a text stand. Cheap to copy; any thread.
class ConfigLines {
 public:
  ConfigLines() = default;
  // The line, from 1, of a setting such as "destinations[1].purpose"; that of what should hold it
  // where it is missing; 0 when nothing of it is there.
  int Of(std::string_view path) const;

 private:
  friend absl::Status ReadYaml(std::string_view text, std::string_view file_name,
                               google::protobuf::Message* out, ConfigLines* lines);
  std::shared_ptr<const internal::YamlNode> root_;  // null: of no text
};

// Fills `out`, which is cleared first. INVALID_ARGUMENT lists up to ten mistakes, each on a line
// "FILE:LINE: path: what was expected", with the nearest name for an unknown one. `lines`, when not
// null, learns where everything stands, for what is found wrong later.
absl::Status ReadYaml(std::string_view text, std::string_view file_name,
                      google::protobuf::Message* out, ConfigLines* lines = nullptr);

// Sets one field, from "PATH=VALUE". PATH names a field of every level; an entry of a list is named
// by its position or by its field `name`: "destinations[0].url", "destinations.ehr.url". A position
// just past the end adds an entry. A whole list or message takes VALUE as YAML: "[a, b]".
absl::Status ApplyOverride(std::string_view path_and_value, google::protobuf::Message* out);

// SHA-256, in hexadecimal, of the configuration's content: the same for every way of writing it.
std::string HashOf(const google::protobuf::Message& config);

}  // namespace kgw

#endif  // GATEWAY_BASE_CONFIG_READER_H_
