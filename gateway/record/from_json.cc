#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/nearest_name.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/record/record.h"
#include "gateway/record/schema.h"

namespace kgw::record {
namespace {

constexpr int kMaxJsonDepth = 100;

void AppendVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<char>(value | 0x80));
  }
  out.push_back(static_cast<char>(value));
}

void AppendTag(const Field& field, uint32_t wire_type, std::string& out) {
  AppendVarint(static_cast<uint64_t>(field.number) << 3 | wire_type, out);
}

void AppendDelimited(const Field& field, std::string_view bytes, std::string& out) {
  AppendTag(field, 2, out);
  AppendVarint(bytes.size(), out);
  out.append(bytes);
}

void AppendNumber(const Field& field, int64_t value, std::string& out) {
  AppendTag(field, 0, out);
  AppendVarint(static_cast<uint64_t>(value), out);
}

// Turns JSON into wire bytes along the schema. Its depth is the schema's, whatever the JSON's.
class JsonReader {
 public:
  // False when something does not fit; then violation() says what.
  bool ReadMessage(const Message& message, const json::Value& value, const std::string& path,
                   std::string& out) {
    if (!value.is_object()) {
      return Fail(path, "must be an object");
    }
    uint64_t present = 0;
    for (const json::Member* member = value.members_begin(); member != value.members_end();
         ++member) {
      const Field* field = message.FindByName(member->name);
      if (field == nullptr) {
        return FailUnknown(message, path, member->name);
      }
      if (member->value.is_null()) {
        continue;
      }
      if (!IsNew(message, *field, path, present) ||
          !ReadField(*field, member->value, Below(path, field->json_name), out)) {
        return false;
      }
    }
    return true;
  }

  const FieldViolation& violation() const { return violation_; }

 private:
  static std::string Below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : StrCat(path, ".", name);
  }

  bool Fail(const std::string& path, std::string what) {
    violation_ = {path.empty() ? "record" : path, std::move(what)};
    return false;
  }

  // Names what was probably meant, never what was there: that may be a value in the wrong place.
  bool FailUnknown(const Message& message, const std::string& path, std::string_view name) {
    std::vector<std::string> known;
    for (const Field& field : message.fields) {
      known.push_back(field.json_name);
    }
    const std::string near = internal::NearestName(name, known);
    return Fail(path, StrCat("has a member that is not a field of ", message.name,
                             near.empty() ? "" : "; was this meant: ", near));
  }

  // Both spellings of one field, or two fields of a oneof.
  bool IsNew(const Message& message, const Field& field, const std::string& path,
             uint64_t& present) {
    const uint64_t bit = uint64_t{1} << field.index;
    if ((present & bit) != 0) {
      return Fail(Below(path, field.json_name), "is given twice");
    }
    if (field.oneof >= 0 && (present & message.oneofs[static_cast<size_t>(field.oneof)]) != 0) {
      return Fail(Below(path, field.json_name),
                  StrCat("only one of \"", message.oneof_names[static_cast<size_t>(field.oneof)],
                         "\" may be given"));
    }
    present |= bit;
    return true;
  }

  bool ReadField(const Field& field, const json::Value& value, const std::string& path,
                 std::string& out) {
    if (!field.repeated) {
      return ReadValue(field, value, path, out);
    }
    if (!value.is_array()) {
      return Fail(path, "must be a list");
    }
    for (size_t i = 0; i < value.size(); ++i) {
      if (!ReadValue(field, value[i], StrCat(path, "[", i, "]"), out)) {
        return false;
      }
    }
    return true;
  }

  bool ReadValue(const Field& field, const json::Value& value, const std::string& path,
                 std::string& out) {
    switch (field.kind) {
      case FieldKind::kMessage:
        return ReadChild(field, value, path, out);
      case FieldKind::kText:
        if (!value.is_string()) {
          return Fail(path, "must be a text");
        }
        AppendDelimited(field, value.text(), out);
        return true;
      case FieldKind::kBool:
        if (!value.is_bool()) {
          return Fail(path, "must be true or false");
        }
        AppendNumber(field, value.boolean() ? 1 : 0, out);
        return true;
      case FieldKind::kEnum:
        return ReadEnum(field, value, path, out);
      default:
        return ReadInteger(field, value, path, out);
    }
  }

  bool ReadChild(const Field& field, const json::Value& value, const std::string& path,
                 std::string& out) {
    std::string child;
    if (!ReadMessage(*field.message, value, path, child)) {
      return false;
    }
    AppendDelimited(field, child, out);
    return true;
  }

  bool ReadEnum(const Field& field, const json::Value& value, const std::string& path,
                std::string& out) {
    if (value.is_string()) {
      for (size_t number = 0; number < field.enum_names.size(); ++number) {
        const std::string_view quoted = field.enum_names[number];
        if (!quoted.empty() && quoted.substr(1, quoted.size() - 2) == value.text()) {
          AppendNumber(field, static_cast<int64_t>(number), out);
          return true;
        }
      }
      return Fail(path, "is none of the names this field knows");
    }
    return value.is_number() ? ReadInteger(field, value, path, out)
                             : Fail(path, "must be the name of a value");
  }

  bool ReadInteger(const Field& field, const json::Value& value, const std::string& path,
                   std::string& out) {
    const absl::StatusOr<int64_t> number = value.AsInt64();
    const bool fits = number.ok() && (field.kind == FieldKind::kInt64 ||
                                      (*number >= std::numeric_limits<int32_t>::min() &&
                                       *number <= std::numeric_limits<int32_t>::max()));
    if (!fits) {
      return Fail(path, "must be an integer");
    }
    AppendNumber(field, *number, out);
    return true;
  }

  FieldViolation violation_;
};

}  // namespace

absl::StatusOr<std::string> WireFromJson(std::string_view json) {
  absl::StatusOr<json::Document> document =
      json::Document::Parse(json, json::Limits{.max_depth = kMaxJsonDepth});
  if (!document.ok()) {
    return document.status();
  }
  JsonReader reader;
  std::string wire;
  if (!reader.ReadMessage(RecordSchema(), document->root(), "", wire)) {
    return InvalidFields({reader.violation()});
  }
  return wire;
}

}  // namespace kgw::record
