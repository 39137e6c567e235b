#ifndef PLUGINS_COMMON_JSON_H_
#define PLUGINS_COMMON_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/common/json_view.h"

namespace kgw::common {

struct JsonMember;

// JSON to be changed and kept: numbers stay as they were written, members in their order. A plain
// value. What is only read is quicker as a JsonView.
struct Json {
  using Kind = JsonKind;

  Kind kind = Kind::kNull;
  std::string text;  // of a string or a number
  std::vector<Json> items;
  std::vector<JsonMember> members;

  static Json Copy(JsonView value);
  static Json Text(std::string_view value);
  static Json Integer(int64_t value);
  static Json Boolean(bool value);
  static Json Object();
  static Json Array();

  bool is_object() const { return kind == Kind::kObject; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_true() const { return kind == Kind::kTrue; }

  // The constant null when there is no such member, or this is no object.
  const Json& operator[](std::string_view name) const;
  Json* Find(std::string_view name);
  // The text of a string member; empty otherwise.
  const std::string& TextOf(std::string_view name) const;
  // Adds a member, or replaces the one of that name in its place.
  Json& Set(std::string_view name, Json value);
  void Remove(std::string_view name);
};

struct JsonMember {
  std::string name;
  Json value;
};

// nullopt for anything but one well-formed text in valid UTF-8 within the limits.
std::optional<Json> ParseJson(std::string_view text, const JsonLimits& limits = {});

// Compact. `sorted` orders members by name at every level: for comparison, never for sending.
std::string WriteJson(const Json& value, bool sorted = false);

}  // namespace kgw::common

#endif  // PLUGINS_COMMON_JSON_H_
