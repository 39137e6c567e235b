#include "tests/bench/delivery/request.h"

#include <strings.h>

#include <charconv>

#include "tests/bench/support/program.h"

namespace kgw::bench {
namespace {

constexpr std::string_view kLength = "content-length:";
constexpr std::string_view kEndOfLine = "\r\n";

bool StartsWithAnyCase(std::string_view line, std::string_view name) {
  return line.size() >= name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0;
}

size_t LengthOfBody(std::string_view head) {
  while (!head.empty()) {
    const size_t end = std::min(head.find(kEndOfLine), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + kEndOfLine.size(), head.size()));
    if (!StartsWithAnyCase(line, kLength)) continue;
    line.remove_prefix(kLength.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    size_t length = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), length).ec != std::errc()) {
      Die("a request has a length that is no number");
    }
    return length;
  }
  return 0;
}

}  // namespace

std::optional<Request> RequestReader::Next() {
  constexpr std::string_view kEndOfHead = "\r\n\r\n";
  const size_t end = waiting_.find(kEndOfHead);
  if (end == std::string::npos) return std::nullopt;
  const std::string_view head = std::string_view(waiting_).substr(0, end);
  const size_t body = end + kEndOfHead.size();
  const size_t length = LengthOfBody(head);
  if (waiting_.size() < body + length) {
    waiting_.reserve(body + length);
    return std::nullopt;
  }
  const size_t method = head.find(' ');
  const size_t path = head.find(' ', method + 1);
  if (method == std::string::npos || path == std::string::npos) Die("a request has no path");
  Request request{std::string(head.substr(0, method)),
                  std::string(head.substr(method + 1, path - method - 1)),
                  waiting_.substr(body, length)};
  waiting_.erase(0, body + length);
  return request;
}

}  // namespace kgw::bench
