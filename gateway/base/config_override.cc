#include <memory>

#include "gateway/base/config_fields.h"
#include "gateway/base/config_path.h"
#include "gateway/base/config_reader.h"
#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"

namespace kgw {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using internal::ConfigFiller;
using internal::ConfigStep;
using internal::ExpectedOf;
using internal::FieldNames;
using internal::ParseNumber;
using internal::SetScalar;
using internal::Suggestion;
using internal::YamlNode;

absl::Status WrongOverride(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("--set ", path, ": ", what));
}

// The entry of a repeated message that a position or a name means; null with a status otherwise.
absl::StatusOr<Message*> EntryOf(Message* message, const FieldDescriptor* field,
                                 const std::string& entry, std::string_view path) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  int position = 0;
  if (ParseNumber(entry, &position)) {
    if (position == size) return reflection->AddMessage(message, field);
    if (position >= 0 && position < size) {
      return reflection->MutableRepeatedMessage(message, field, position);
    }
    return WrongOverride(path, StrCat(field->name(), " has ", size, " entries, counted from 0"));
  }
  const FieldDescriptor* name = field->message_type()->FindFieldByName("name");
  std::vector<std::string> known;
  if (name != nullptr && name->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
      !name->is_repeated()) {
    for (int i = 0; i < size; ++i) {
      Message* candidate = reflection->MutableRepeatedMessage(message, field, i);
      known.push_back(candidate->GetReflection()->GetString(*candidate, name));
      if (known.back() == entry) return candidate;
    }
  }
  return WrongOverride(
      path, StrCat(field->name(), " has no entry named '", entry, "'", Suggestion(entry, known)));
}

// Sets a whole field, or adds one entry to it.
absl::Status SetField(Message* message, const FieldDescriptor* field, bool whole,
                      const std::string& value, const std::string& path) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE || (field->is_repeated() && whole)) {
    absl::StatusOr<YamlNode> node = internal::ParseYaml(value, StrCat("--set ", path));
    if (!node.ok()) return node.status();
    ConfigFiller filler("--set");
    message->GetReflection()->ClearField(message, field);
    field->is_repeated() ? filler.FillList(*node, path, message, field)
                         : filler.FillOne(*node, path, message, field);
    return filler.Result();
  }
  if (SetScalar(message, field, value, false)) return absl::OkStatus();
  return WrongOverride(path, StrCat("must be ", ExpectedOf(*field)));
}

// Replaces one entry of a list of scalars.
absl::Status SetEntry(Message* message, const FieldDescriptor* field, const std::string& entry,
                      const std::string& value, const std::string& path) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  int position = 0;
  if (!ParseNumber(entry, &position) || position < 0 || position > size) {
    return WrongOverride(path, StrCat(field->name(), " has ", size, " entries, counted from 0"));
  }
  if (absl::Status status = SetField(message, field, false, value, path); !status.ok()) {
    return status;
  }
  if (position < size) {
    reflection->SwapElements(message, field, position, size);
    reflection->RemoveLast(message, field);
  }
  return absl::OkStatus();
}

// Sets what the last step names, inside the message the steps before it led to.
absl::Status SetLast(Message* message, const FieldDescriptor* field, const std::string& entry,
                     const std::string& value, const std::string& path) {
  if (entry.empty()) return SetField(message, field, true, value, path);
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return SetEntry(message, field, entry, value, path);
  }
  absl::StatusOr<Message*> found = EntryOf(message, field, entry, path);
  if (!found.ok()) return found.status();
  absl::StatusOr<YamlNode> node = internal::ParseYaml(value, StrCat("--set ", path));
  if (!node.ok()) return node.status();
  (*found)->Clear();
  ConfigFiller filler("--set");
  filler.Fill(*node, path, *found);
  return filler.Result();
}

absl::Status ApplySteps(const std::vector<ConfigStep>& steps, const std::string& value,
                        const std::string& path, Message* message) {
  for (size_t i = 0; i < steps.size(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(steps[i].name);
    if (field == nullptr) {
      return WrongOverride(
          path, StrCat("there is no setting '", steps[i].name, "'",
                       Suggestion(steps[i].name, FieldNames(*message->GetDescriptor()))));
    }
    const bool nested = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    std::string entry = steps[i].entry;
    if (!entry.empty() && !field->is_repeated()) {
      return WrongOverride(path, StrCat(field->name(), " is not a list"));
    }
    // "destinations.ehr": the step after a list of messages names its entry.
    if (entry.empty() && nested && field->is_repeated() && i + 1 < steps.size()) {
      entry = steps[++i].name;
    }
    if (i + 1 == steps.size()) return SetLast(message, field, entry, value, path);
    if (!nested) return WrongOverride(path, StrCat(field->name(), " has no settings inside"));
    if (!field->is_repeated()) {
      message = message->GetReflection()->MutableMessage(message, field);
      continue;
    }
    absl::StatusOr<Message*> found = EntryOf(message, field, entry, path);
    if (!found.ok()) return found.status();
    message = *found;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyOverride(std::string_view path_and_value, Message* out) {
  const size_t equals = path_and_value.find('=');
  const std::string path(path_and_value.substr(0, equals));
  std::vector<ConfigStep> steps;
  if (!IsValidUtf8(path_and_value)) {
    return absl::InvalidArgumentError("--set: the text is not valid UTF-8");
  }
  if (equals == std::string_view::npos || !internal::CutPath(path, &steps)) {
    return absl::InvalidArgumentError("--set needs PATH=VALUE, e.g. store.path=/var/lib/kap.db");
  }
  // On a copy, so that a mistake changes nothing.
  const std::unique_ptr<Message> changed(out->New());
  changed->CopyFrom(*out);
  const std::string value(path_and_value.substr(equals + 1));
  if (absl::Status status = ApplySteps(steps, value, path, changed.get()); !status.ok()) {
    return status;
  }
  out->CopyFrom(*changed);
  return absl::OkStatus();
}

}  // namespace kgw
