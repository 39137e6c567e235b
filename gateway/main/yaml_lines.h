#ifndef GATEWAY_MAIN_YAML_LINES_H_
#define GATEWAY_MAIN_YAML_LINES_H_

#include <string>
#include <string_view>

namespace kgw::main {

// The line, from 1, on which a setting such as "destinations[1].purpose" stands in a YAML text that
// was read before; that of what should hold it where it is missing; 0 when nothing of it is there.
int LineOf(const std::string& yaml, std::string_view path);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_YAML_LINES_H_
