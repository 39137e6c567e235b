#include "json.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace kgw::fhir_rest {
namespace {

const Json kNullJson;
const std::string kNoText;

// Builds the tree from RapidJSON's events. Only the path to the open value is pointed at, and a
// container is not added to while a child of it is open, so the pointers hold.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  bool Null() { return Add({}) != nullptr; }
  bool Bool(bool value) {
    Json json;
    json.kind = value ? Json::Kind::kTrue : Json::Kind::kFalse;
    return Add(std::move(json)) != nullptr;
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return AddText(Json::Kind::kNumber, text, size);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return AddText(Json::Kind::kString, text, size);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_.assign(text, size);
    return true;
  }
  bool StartObject() { return Open(Json::Kind::kObject); }
  bool StartArray() { return Open(Json::Kind::kArray); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool EndArray(rapidjson::SizeType) { return Close(); }
  bool Default() { return false; }

  Json Take() { return std::move(root_); }

 private:
  bool AddText(Json::Kind kind, const char* text, size_t size) {
    Json json;
    json.kind = kind;
    json.text.assign(text, size);
    return Add(std::move(json)) != nullptr;
  }
  bool Open(Json::Kind kind) {
    if (static_cast<int>(path_.size()) >= limits_.depth) return false;
    Json json;
    json.kind = kind;
    Json* added = Add(std::move(json));
    if (added != nullptr) path_.push_back(added);
    return added != nullptr;
  }
  bool Close() {
    path_.pop_back();
    return true;
  }
  Json* Add(Json json) {
    if (++values_ > limits_.values) return nullptr;
    if (path_.empty()) {
      root_ = std::move(json);
      return &root_;
    }
    Json& parent = *path_.back();
    if (parent.is_array()) return &parent.items.emplace_back(std::move(json));
    return &parent.members.emplace_back(JsonMember{std::move(key_), std::move(json)}).value;
  }

  const JsonLimits& limits_;
  Json root_;
  std::vector<Json*> path_;
  std::string key_;
  size_t values_ = 0;
};

void WriteText(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// Recursion is bounded by the depth the parser lets through.
void Write(const Json& value, bool sorted, std::string& out) {
  switch (value.kind) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kFalse:
      out += "false";
      return;
    case Json::Kind::kTrue:
      out += "true";
      return;
    case Json::Kind::kNumber:
      out += value.text;
      return;
    case Json::Kind::kString:
      WriteText(value.text, out);
      return;
    case Json::Kind::kArray:
      out += '[';
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ',';
        Write(value.items[i], sorted, out);
      }
      out += ']';
      return;
    case Json::Kind::kObject:
      break;
  }
  std::vector<const JsonMember*> members;
  for (const JsonMember& member : value.members) members.push_back(&member);
  if (sorted) {
    std::sort(members.begin(), members.end(),
              [](const JsonMember* a, const JsonMember* b) { return a->name < b->name; });
  }
  out += '{';
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    WriteText(members[i]->name, out);
    out += ':';
    Write(members[i]->value, sorted, out);
  }
  out += '}';
}

}  // namespace

Json Json::Text(std::string_view value) {
  Json json;
  json.kind = Kind::kString;
  json.text = value;
  return json;
}

Json Json::Object() {
  Json json;
  json.kind = Kind::kObject;
  return json;
}

Json Json::Array() {
  Json json;
  json.kind = Kind::kArray;
  return json;
}

const Json& Json::operator[](std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.name == name) return member.value;
  }
  return kNullJson;
}

Json* Json::Find(std::string_view name) {
  for (JsonMember& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

const std::string& Json::TextOf(std::string_view name) const {
  const Json& value = (*this)[name];
  return value.is_string() ? value.text : kNoText;
}

Json& Json::Set(std::string_view name, Json value) {
  kind = Kind::kObject;
  if (Json* found = Find(name); found != nullptr) return *found = std::move(value);
  return members.emplace_back(JsonMember{std::string(name), std::move(value)}).value;
}

void Json::Remove(std::string_view name) {
  std::erase_if(members, [&](const JsonMember& member) { return member.name == name; });
}

std::optional<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.empty() || text.size() > limits.bytes) return std::nullopt;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(limits);
  if (reader.Parse<kFlags>(stream, builder).IsError()) return std::nullopt;
  return builder.Take();
}

std::string WriteJson(const Json& value, bool sorted) {
  std::string out;
  Write(value, sorted, out);
  return out;
}

}  // namespace kgw::fhir_rest
