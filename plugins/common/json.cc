#include "plugins/common/json.h"

#include <algorithm>

#include "plugins/common/text.h"

namespace kgw::common {
namespace {

const Json kNullJson;
const std::string kNoText;

void WriteText(std::string_view text, std::string& out) {
  out += '"';
  AppendJsonEscaped(out, text);
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

// Recursion is bounded by the depth the parser lets through.
Json Json::Copy(JsonView value) {
  Json json;
  json.kind = value.kind();
  json.text = value.raw();
  json.items.reserve(value.size());
  for (const JsonView item : value) json.items.push_back(Copy(item));
  json.members.reserve(value.member_count());
  for (const JsonView member : value.members()) {
    json.members.push_back({std::string(member.name()), Copy(member)});
  }
  return json;
}

Json Json::Text(std::string_view value) {
  Json json;
  json.kind = Kind::kString;
  json.text = value;
  return json;
}

Json Json::Integer(int64_t value) {
  Json json;
  json.kind = Kind::kNumber;
  json.text = std::to_string(value);
  return json;
}

Json Json::Boolean(bool value) {
  Json json;
  json.kind = value ? Kind::kTrue : Kind::kFalse;
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
  JsonDocument document;
  if (!document.Parse(text, limits)) return std::nullopt;
  return Json::Copy(document.root());
}

std::string WriteJson(const Json& value, bool sorted) {
  std::string out;
  Write(value, sorted, out);
  return out;
}

}  // namespace kgw::common
