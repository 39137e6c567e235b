#include "gateway/main/check.h"

#include <arpa/inet.h>

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gateway/base/strings.h"

namespace kgw::main {
namespace {

constexpr size_t kLongestName = 64;

// Without the brackets of an IPv6 address.
std::string_view Bare(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

bool IsAddress(std::string_view host) {
  const std::string text(Bare(host));
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// The host of "//host:port/..." behind the scheme.
std::string_view HostOf(std::string_view rest) {
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) return {};
  if (!rest.empty() && rest.front() == '[') return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

}  // namespace

bool IsLoopback(std::string_view host) {
  const std::string_view bare = Bare(host);
  return bare == "localhost" || bare == "::1" || (bare.starts_with("127.") && IsAddress(bare));
}

void Checker::Wrong(const std::string& path, const std::string& text) {
  problems_->push_back({path, text});
}

void Checker::Duration(const std::string& path, const std::string& text, absl::Duration least,
                       absl::Duration most, absl::Duration* value) {
  if (text.empty()) return;
  absl::Duration parsed;
  if (!absl::ParseDuration(text, &parsed)) {
    return Wrong(path, "expected a duration such as \"500ms\", \"30s\" or \"5m\"");
  }
  if (parsed < least || parsed > most) {
    return Wrong(path, StrCat("expected a duration from ", absl::FormatDuration(least), " to ",
                              absl::FormatDuration(most)));
  }
  *value = parsed;
}

bool Checker::InRange(const std::string& path, uint64_t number, uint64_t least, uint64_t most) {
  if (number >= least && number <= most) return true;
  Wrong(path, StrCat("expected a number from ", least, " to ", most));
  return false;
}

void Checker::Name(const std::string& path, const std::string& name) {
  const bool right = !name.empty() && name.size() <= kLongestName &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
                              c == '_' || c == '.';
                     });
  if (!right) Wrong(path, "expected a name of 1 to 64 letters, digits, '.', '_' or '-'");
}

void Checker::OneOf(const std::string& path, const std::string& value,
                    const std::vector<std::string_view>& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  std::string list;
  for (std::string_view choice : choices) StrAppend(&list, list.empty() ? "" : ", ", choice);
  Wrong(path, StrCat("expected one of: ", list));
}

NamedValues Checker::Values(
    const std::string& path,
    const google::protobuf::RepeatedPtrField<gateway::config::v1::Setting>& from) {
  NamedValues values;
  std::set<std::string> names;
  for (int i = 0; i < from.size(); ++i) {
    const std::string name_path = StrCat(path, "[", i, "].name");
    if (from[i].name().empty()) Wrong(name_path, "missing");
    if (!names.insert(from[i].name()).second) Wrong(name_path, "is there twice");
    values.emplace_back(from[i].name(), from[i].value());
  }
  return values;
}

void Checker::Listen(const std::string& path, const std::string& listen, bool loopback_only) {
  const size_t colon = listen.rfind(':');
  uint32_t port = 0;
  const std::string host = listen.substr(0, colon == std::string::npos ? 0 : colon);
  const bool bare = host.find(':') != std::string::npos && host.front() != '[';
  const bool right = colon != std::string::npos && IsAddress(host) && !bare &&
                     absl::SimpleAtoi(listen.substr(colon + 1), &port) && port <= 65535;
  if (!right) {
    return Wrong(path,
                 "expected ADDRESS:PORT with a numeric address, e.g. 127.0.0.1:7443 or [::1]:7443");
  }
  if (loopback_only && !IsLoopback(host)) {
    Wrong(path,
          "in development the gateway listens on this machine only: use 127.0.0.1:PORT, or set "
          "development: false and configure grpc.tls");
  }
}

void Checker::Url(const std::string& path, const std::string& url, bool plain) {
  const bool https = url.starts_with("https://");
  const bool http = url.starts_with("http://");
  const std::string_view host =
      https || http ? HostOf(std::string_view(url).substr(https ? 8 : 7)) : std::string_view();
  if (host.empty() || url.find_first_of(" \t\r\n\"<>") != std::string::npos) {
    return Wrong(path,
                 "expected the base address of the far side, e.g. https://ehr.example.org/fhir, "
                 "without user name or password");
  }
  if (http && !plain && !IsLoopback(host)) {
    Wrong(path, "expected https: records do not leave this machine in plain text");
  }
}

}  // namespace kgw::main
