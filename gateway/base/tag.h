#ifndef GATEWAY_BASE_TAG_H_
#define GATEWAY_BASE_TAG_H_

#include <cstddef>
#include <string>
#include <string_view>

// The only texts that logs and metrics accept. A record's content is a std::string somewhere; none
// of these types takes one without its name being written down, so a reviewer sees each place.
namespace kgw {

// A text that stands in the source code. Made at compile time only.
class StaticText {
 public:
  template <size_t N>
  consteval StaticText(const char (&text)[N])  // NOLINT(google-explicit-constructor)
      : text_(text, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// A name an operator chose or our own code made: a destination, a plug-in, a caller, a tenant, an
// address. Never a record's id or content. Cut at 128 bytes; bytes that such names do not have
// become "_", so that a mistake is short and looks odd.
class Tag {
 public:
  explicit Tag(std::string_view name);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// A sentence about configuration, files, plug-ins or the network, made by our own code for the
// operator: why a plug-in was refused, why a reload failed. Never made from a record or from a far
// side's answer. Cut at 1,000 bytes; control characters become blanks.
class OperatorText {
 public:
  explicit OperatorText(std::string_view sentence);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace kgw

#endif  // GATEWAY_BASE_TAG_H_
