#ifndef GATEWAY_BASE_STRINGS_H_
#define GATEWAY_BASE_STRINGS_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// Debian 12 builds Abseil with a string_view type of its own, which does not convert to or from
// std::string_view by itself. These do, and disappear when both are one type.
namespace kgw {

inline absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view Std(absl::string_view text) { return {text.data(), text.size()}; }

namespace internal {
template <typename T>
decltype(auto) Piece(const T& part) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return Abseil(part);
  } else {
    return (part);
  }
}
}  // namespace internal

// absl::StrCat and absl::StrAppend that also take std::string_view.
template <typename... T>
std::string StrCat(const T&... parts) {
  return absl::StrCat(internal::Piece(parts)...);
}
template <typename... T>
void StrAppend(std::string* out, const T&... parts) {
  absl::StrAppend(out, internal::Piece(parts)...);
}

}  // namespace kgw

#endif  // GATEWAY_BASE_STRINGS_H_
