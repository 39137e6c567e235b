#ifndef GATEWAY_BASE_NEAREST_NAME_H_
#define GATEWAY_BASE_NEAREST_NAME_H_

#include <string>
#include <string_view>
#include <vector>

namespace kgw::internal {

// The known name that a mistyped one most likely means: the fewest insertions, deletions,
// replacements and swaps of neighbours, at most a third of its length and at least one. Empty when
// none is near.
std::string NearestName(std::string_view name, const std::vector<std::string>& known);

}  // namespace kgw::internal

#endif  // GATEWAY_BASE_NEAREST_NAME_H_
