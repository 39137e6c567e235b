#ifndef PLUGINS_COMMON_TEXT_H_
#define PLUGINS_COMMON_TEXT_H_

#include <string>
#include <string_view>

namespace kgw::common {

// Appends the inside of a JSON string: quotes, backslashes and control characters escaped. What is
// not ASCII is copied as it is.
void AppendJsonEscaped(std::string& out, std::string_view text);

// Appends every byte but RFC 3986's unreserved characters as %XX, in capital letters: a segment of
// a path, a value in a query, a segment of a role.
void AppendPercentEncoded(std::string& out, std::string_view text);
std::string PercentEncoded(std::string_view text);

}  // namespace kgw::common

#endif  // PLUGINS_COMMON_TEXT_H_
