#ifndef GATEWAY_CTL_SAY_H_
#define GATEWAY_CTL_SAY_H_

#include <cstdio>
#include <string>
#include <string_view>

namespace kgw::ctl {

// A text as it may stand on a terminal: control characters other than line feeds and tabs become
// blanks, so that a far side's words or a record's cannot move the cursor or change its colours.
std::string Printable(std::string_view text);

// printf for people: what is printed is Printable. Scripts get JSON, which escapes by itself.
[[gnu::format(printf, 1, 2)]] void Say(const char* format, ...);
[[gnu::format(printf, 1, 2)]] void SayToErrors(const char* format, ...);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SAY_H_
