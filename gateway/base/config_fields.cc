#include "gateway/base/config_fields.h"

#include <cmath>

#include "gateway/base/nearest_name.h"
#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"

namespace kgw::internal {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxMistakes = 10;

std::vector<std::string> ValueNames(const FieldDescriptor& field) {
  std::vector<std::string> names;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    names.push_back(field.enum_type()->value(i)->name());
  }
  return names;
}

// Sets a scalar field or adds to a repeated one. False when the text is not of the field's type.
class ScalarSetter {
 public:
  ScalarSetter(Message* message, const FieldDescriptor* field)
      : message_(message), reflection_(message->GetReflection()), field_(field) {}

  bool Set(const std::string& text, bool quoted) const {
    if (quoted && field_->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        if (text != "true" && text != "false") return false;
        return Put(text == "true", &Reflection::SetBool, &Reflection::AddBool);
      case FieldDescriptor::CPPTYPE_UINT32:
        return Number<uint32_t>(text, &Reflection::SetUInt32, &Reflection::AddUInt32);
      case FieldDescriptor::CPPTYPE_UINT64:
        return Number<uint64_t>(text, &Reflection::SetUInt64, &Reflection::AddUInt64);
      case FieldDescriptor::CPPTYPE_INT32:
        return Number<int32_t>(text, &Reflection::SetInt32, &Reflection::AddInt32);
      case FieldDescriptor::CPPTYPE_INT64:
        return Number<int64_t>(text, &Reflection::SetInt64, &Reflection::AddInt64);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Number<float>(text, &Reflection::SetFloat, &Reflection::AddFloat);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Number<double>(text, &Reflection::SetDouble, &Reflection::AddDouble);
      case FieldDescriptor::CPPTYPE_STRING:
        // YAML's own escapes and the command line can both make bytes that are not UTF-8.
        if (!IsValidUtf8(text)) return false;
        return Put(text, &Reflection::SetString, &Reflection::AddString);
      case FieldDescriptor::CPPTYPE_ENUM: {
        const EnumValueDescriptor* value = field_->enum_type()->FindValueByName(text);
        return value != nullptr && Put(value, &Reflection::SetEnum, &Reflection::AddEnum);
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return false;
    }
    return false;
  }

 private:
  template <typename T, typename SetMethod, typename AddMethod>
  bool Put(const T& value, SetMethod set, AddMethod add) const {
    field_->is_repeated() ? (reflection_->*add)(message_, field_, value)
                          : (reflection_->*set)(message_, field_, value);
    return true;
  }

  template <typename T, typename SetMethod, typename AddMethod>
  bool Number(const std::string& text, SetMethod set, AddMethod add) const {
    T number{};
    return ParseNumber(text, &number) && std::isfinite(static_cast<double>(number)) &&
           Put(number, set, add);
  }

  Message* message_;
  const Reflection* reflection_;
  const FieldDescriptor* field_;
};

}  // namespace

std::string Suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = internal::NearestName(name, known);
  return nearest.empty() ? "" : StrCat("; did you mean '", nearest, "'?");
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names;
}

std::string ExpectedOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_UINT32:
      return "a whole number from 0 to 4294967295";
    case FieldDescriptor::CPPTYPE_UINT64:
      return "a whole number from 0 on";
    case FieldDescriptor::CPPTYPE_INT32:
      return "a whole number of 32 bits";
    case FieldDescriptor::CPPTYPE_INT64:
      return "a whole number of 64 bits";
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "a number";
    case FieldDescriptor::CPPTYPE_STRING:
      return "a text";
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string text = "one of";
      for (const std::string& name : ValueNames(field)) StrAppend(&text, " ", name);
      return text;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return StrCat("a group of settings (", field.message_type()->name(), ")");
}

bool SetScalar(Message* message, const FieldDescriptor* field, const std::string& text,
               bool quoted) {
  return ScalarSetter(message, field).Set(text, quoted);
}

void ConfigFiller::Fill(const YamlNode& node, const std::string& path, Message* message) {
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kMap) {
    return Mistake(node, path, "must be a group of settings, each on a line 'name: value'");
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    const std::string& name = node.names[i];
    const std::string below = path.empty() ? name : StrCat(path, ".", name);
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) {
      Mistake(node.items[i], below,
              StrCat("there is no such setting",
                     Suggestion(name, FieldNames(*message->GetDescriptor()))));
    } else if (field->is_repeated()) {
      FillList(node.items[i], below, message, field);
    } else {
      FillOne(node.items[i], below, message, field);
    }
  }
}

void ConfigFiller::FillList(const YamlNode& node, const std::string& path, Message* message,
                            const FieldDescriptor* field) {
  if (node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kList) {
    return Mistake(node, path,
                   StrCat("must be a list, each entry of which is ", ExpectedOf(*field),
                          ": '- ...' or [...]"));
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    FillOne(node.items[i], StrCat(path, "[", i, "]"), message, field);
  }
}

void ConfigFiller::FillOne(const YamlNode& node, const std::string& path, Message* message,
                           const FieldDescriptor* field) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Reflection* reflection = message->GetReflection();
    return Fill(node, path,
                field->is_repeated() ? reflection->AddMessage(message, field)
                                     : reflection->MutableMessage(message, field));
  }
  if (node.kind != YamlNode::Kind::kScalar ||
      !SetScalar(message, field, node.scalar, node.quoted)) {
    Mistake(node, path, StrCat("must be ", ExpectedOf(*field)));
  }
}

absl::Status ConfigFiller::Result() const {
  if (mistakes_.empty()) return absl::OkStatus();
  std::string text;
  for (const std::string& mistake : mistakes_) {
    StrAppend(&text, text.empty() ? "" : "\n", mistake);
  }
  if (count_ > mistakes_.size()) StrAppend(&text, "\nand ", count_ - mistakes_.size(), " more");
  return absl::InvalidArgumentError(text);
}

void ConfigFiller::Mistake(const YamlNode& node, const std::string& path, std::string_view what) {
  if (++count_ > kMaxMistakes) return;
  mistakes_.push_back(
      StrCat(file_, ":", node.line, ": ", path.empty() ? "the file" : path, ": ", what));
}

}  // namespace kgw::internal
