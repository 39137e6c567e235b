#ifndef TESTS_SUPPORT_JSON_TEXT_H_
#define TESTS_SUPPORT_JSON_TEXT_H_

#include <string>

#include "gateway/base/json.h"

namespace kgw::json {

inline std::string ToText(const Value& value) {
  std::string text;
  Writer(&text).Tree(value);
  return text;
}

}  // namespace kgw::json

#endif  // TESTS_SUPPORT_JSON_TEXT_H_
