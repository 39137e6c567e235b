#ifndef TESTS_SUPPORT_JSON_CHANGE_H_
#define TESTS_SUPPORT_JSON_CHANGE_H_

#include <optional>
#include <string>
#include <vector>

#include "gateway/base/json.h"

namespace kgw::test {

// A place in a tree: of each object's members or array's items the index, from the root.
using JsonWay = std::vector<size_t>;

namespace internal {

inline void WriteChanged(json::Writer& out, const json::Value& value, const JsonWay& way,
                         size_t step, const std::optional<std::string>& instead) {
  const bool object = value.is_object();
  object ? out.StartObject() : out.StartArray();
  for (size_t i = 0; i < value.size(); ++i) {
    const bool here = i == way[step];
    if (here && step + 1 == way.size() && !instead.has_value()) continue;
    if (object) out.Key(value.members_begin()[i].name);
    const json::Value& child = object ? value.members_begin()[i].value : value[i];
    if (!here) {
      out.Tree(child);
    } else if (step + 1 < way.size()) {
      WriteChanged(out, child, way, step + 1, instead);
    } else {
      out.Raw(*instead);
    }
  }
  object ? out.EndObject() : out.EndArray();
}

}  // namespace internal

// The text of a tree in which what stands at `way` is another JSON text, or is left out.
inline std::string WithChange(const json::Value& root, const JsonWay& way,
                              const std::optional<std::string>& instead) {
  std::string text;
  json::Writer out(&text);
  internal::WriteChanged(out, root, way, 0, instead);
  return text;
}

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_JSON_CHANGE_H_
