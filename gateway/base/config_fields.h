#ifndef GATEWAY_BASE_CONFIG_FIELDS_H_
#define GATEWAY_BASE_CONFIG_FIELDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/yaml_tree.h"

// How config_reader and config_override fill the fields of a message. Not for other rooms.
namespace kgw::internal {

// "; did you mean 'x'?" or nothing.
std::string Suggestion(std::string_view name, const std::vector<std::string>& known);
std::vector<std::string> FieldNames(const google::protobuf::Descriptor& type);

// "a whole number of 32 bits": what a field takes.
std::string ExpectedOf(const google::protobuf::FieldDescriptor& field);

template <typename T>
bool ParseNumber(std::string_view text, T* number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && stop == end && !text.empty();
}

// Sets a scalar field or adds to a repeated one. False when the text is not of the field's type;
// `quoted` is text that stood in quotes, which is never true, false or a number.
bool SetScalar(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field,
               const std::string& text, bool quoted);

// Walks tree and message together and collects mistakes. The depth is that of the message's types.
class ConfigFiller {
 public:
  explicit ConfigFiller(std::string_view file) : file_(file) {}

  void Fill(const YamlNode& node, const std::string& path, google::protobuf::Message* message);
  void FillList(const YamlNode& node, const std::string& path, google::protobuf::Message* message,
                const google::protobuf::FieldDescriptor* field);
  void FillOne(const YamlNode& node, const std::string& path, google::protobuf::Message* message,
               const google::protobuf::FieldDescriptor* field);
  // OK, or INVALID_ARGUMENT with a line for each mistake.
  absl::Status Result() const;

 private:
  void Mistake(const YamlNode& node, const std::string& path, std::string_view what);

  std::string_view file_;
  std::vector<std::string> mistakes_;
  size_t count_ = 0;
};

}  // namespace kgw::internal

#endif  // GATEWAY_BASE_CONFIG_FIELDS_H_
