#ifndef GATEWAY_CTL_COMPLETION_H_
#define GATEWAY_CTL_COMPLETION_H_

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace kgw::ctl {

// A script that completes the program's commands, options and the values of options that have a
// fixed set, for `shell` "bash" or "zsh". It is made from the command line itself, so it knows what
// the program knows. Everything else completes to file names.
std::string CompletionScript(const CLI::App& app, std::string_view shell);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_COMPLETION_H_
