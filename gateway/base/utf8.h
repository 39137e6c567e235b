#ifndef GATEWAY_BASE_UTF8_H_
#define GATEWAY_BASE_UTF8_H_

#include <cstddef>
#include <string_view>

namespace kgw {

// The offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7: no overlong
// forms, no surrogates, nothing above U+10FFFF), or npos when all is well.
size_t FindInvalidUtf8(std::string_view bytes);

inline bool IsValidUtf8(std::string_view bytes) {
  return FindInvalidUtf8(bytes) == std::string_view::npos;
}

}  // namespace kgw

#endif  // GATEWAY_BASE_UTF8_H_
