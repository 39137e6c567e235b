#ifndef PLUGINS_FHIR_REST_JSON_H_
#define PLUGINS_FHIR_REST_JSON_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::fhir_rest {

struct JsonMember;

// A tree that keeps numbers as they were written and members in their order. A plain value.
struct Json {
  enum class Kind : unsigned char { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string text;  // of a string or a number
  std::vector<Json> items;
  std::vector<JsonMember> members;

  static Json Text(std::string_view value);
  static Json Object();
  static Json Array();

  bool is_object() const { return kind == Kind::kObject; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_string() const { return kind == Kind::kString; }

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

// What is too much ends as nullopt: bytes, nesting, values.
struct JsonLimits {
  size_t bytes = size_t{32} << 20;
  int depth = 100;
  size_t values = 1'000'000;
};

// nullopt for anything but one well-formed text in valid UTF-8 within the limits.
std::optional<Json> ParseJson(std::string_view text, const JsonLimits& limits = {});

// Compact. `sorted` orders members by name at every level: for comparison, never for sending.
std::string WriteJson(const Json& value, bool sorted = false);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_JSON_H_
