#include "plugins/common/text.h"

namespace kgw::common {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEscape(std::string& out, char c) {
  out += '\\';
  switch (c) {
    case '"':
    case '\\':
      out += c;
      return;
    case '\n':
      out += 'n';
      return;
    case '\r':
      out += 'r';
      return;
    case '\t':
      out += 't';
      return;
    default:
      out += "u00";
      out += kHex[(c >> 4) & 15];
      out += kHex[c & 15];
  }
}

}  // namespace

void AppendJsonEscaped(std::string& out, std::string_view text) {
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(text[i])) continue;
    out.append(text, copied, i - copied);
    AppendEscape(out, text[i]);
    copied = i + 1;
  }
  out.append(text, copied);
}

void AppendPercentEncoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
    } else {
      out += '%';
      out += kHex[(static_cast<unsigned char>(c) >> 4) & 15];
      out += kHex[c & 15];
    }
  }
}

std::string PercentEncoded(std::string_view text) {
  std::string out;
  AppendPercentEncoded(out, text);
  return out;
}

}  // namespace kgw::common
