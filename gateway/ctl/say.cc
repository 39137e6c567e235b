#include "gateway/ctl/say.h"

#include <cstdarg>

namespace kgw::ctl {
namespace {

std::string Formatted(const char* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  std::string text(size > 0 ? static_cast<size_t>(size) : 0, '\0');
  if (size > 0) std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return text;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable(text);
  for (size_t i = 0; i < printable.size(); ++i) {
    const auto byte = static_cast<unsigned char>(printable[i]);
    // U+0080 to U+009F are the two bytes C2 80 to C2 9F.
    const bool second =
        byte >= 0x80 && byte <= 0x9F && i > 0 && static_cast<unsigned char>(text[i - 1]) == 0xC2;
    if (second) printable[i - 1] = ' ';
    if (second || byte == 0x7F || (byte < 0x20 && byte != '\n' && byte != '\t')) printable[i] = ' ';
  }
  return printable;
}

void Say(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::fputs(Printable(Formatted(format, arguments)).c_str(), stdout);
  va_end(arguments);
}

void SayToErrors(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::fputs(Printable(Formatted(format, arguments)).c_str(), stderr);
  va_end(arguments);
}

}  // namespace kgw::ctl
