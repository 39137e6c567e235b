#ifndef GATEWAY_CTL_NAMES_H_
#define GATEWAY_CTL_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace kgw::ctl {

// The types of record there are: "Patient", "Session", ...
std::vector<std::string> RecordTypes();

// OK when `name` is one of `known`; else INVALID_ARGUMENT with the nearest of them, or all of them
// where none is near. `what` is what they name: "destination".
absl::Status CheckName(std::string_view what, std::string_view name,
                       const std::vector<std::string>& known);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_NAMES_H_
