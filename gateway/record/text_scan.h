#ifndef GATEWAY_RECORD_TEXT_SCAN_H_
#define GATEWAY_RECORD_TEXT_SCAN_H_

#include <string_view>

namespace kgw::record {

enum class TextKind {
  kPlain,  // printable ASCII without quote and backslash: JSON takes it as it is
  kValid,  // other valid UTF-8
  kNotUtf8,
};

// Reads every byte once, eight at a time where it can. Surrogates, overlong forms and code points
// above U+10FFFF are not UTF-8.
TextKind ScanText(std::string_view text);

// Whether valid UTF-8 holds a control character: C0, DEL or C1. With `allow_layout`, tab, line feed
// and carriage return are none.
bool HasControlCharacter(std::string_view text, bool allow_layout);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_TEXT_SCAN_H_
