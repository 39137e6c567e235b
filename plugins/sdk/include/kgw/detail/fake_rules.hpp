// fake_rules.hpp - part of testing.hpp, include that: what the host refuses, in its own words.
#ifndef KGW_DETAIL_FAKE_RULES_HPP_
#define KGW_DETAIL_FAKE_RULES_HPP_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kgw/kgw.h"

namespace kgw::testing {

// The host's limits, as docs/plugin-authors lists them.
inline constexpr size_t kMediaTypeBytes = 128;
inline constexpr size_t kNameBytes = 1024;
inline constexpr size_t kBodyBytes = size_t{16} << 20;
inline constexpr size_t kOutputsOfItem = 20'000;
inline constexpr size_t kBytesOfCall = size_t{128} << 20;
inline constexpr size_t kStateKeyBytes = 256;
inline constexpr size_t kStateValueBytes = 64 * 1024;
inline constexpr size_t kUrlBytes = 8192;
inline constexpr size_t kRequestHeaders = 64;
inline constexpr size_t kRequestHeaderBytes = 16 * 1024;
inline constexpr size_t kRequestBodyBytes = size_t{64} << 20;

namespace internal {

// Empty for a slice that is NULL, whatever size it claims.
inline std::string_view SafeView(kgw_slice slice) {
  return slice.data == nullptr ? std::string_view()
                               : std::string_view(static_cast<const char*>(slice.data), slice.size);
}

inline bool IsKnownCode(kgw_code code) {
  return code >= KGW_OK && code <= KGW_UNAUTHENTICATED && code != 2 && code != 11;
}

inline bool IsUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    const size_t size = first < 0x80                    ? 1
                        : first >= 0xc2 && first < 0xe0 ? 2
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
    if (size == 0 || text.size() - at < size) return false;
    for (size_t i = 1; i < size; ++i) {
      if ((byte(at + i) & 0xc0) != 0x80) return false;
    }
    // Longer than need be, a surrogate, or beyond the last character.
    if ((first == 0xe0 && byte(at + 1) < 0xa0) || (first == 0xed && byte(at + 1) > 0x9f) ||
        (first == 0xf0 && byte(at + 1) < 0x90) || (first == 0xf4 && byte(at + 1) > 0x8f)) {
      return false;
    }
    at += size;
  }
  return true;
}

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

inline bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

inline std::string HeaderFault(const kgw_header& header) {
  constexpr std::string_view kOwned[] = {
      "authorization", "connection", "content-length",  "cookie",
      "expect",        "host",       "keep-alive",      "te",
      "trailer",       "upgrade",    "accept-encoding", "transfer-encoding"};
  const std::string_view name = SafeView(header.name);
  if (!IsToken(name) || name.size() > 256) return "A header's name is not a token.";
  const std::string lower = Lower(name);
  if (lower.starts_with("proxy-") || std::ranges::find(kOwned, lower) != std::end(kOwned)) {
    return "The header " + lower + " belongs to the host.";
  }
  for (const char c : SafeView(header.value)) {
    if (c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      return "The value of the header " + lower + " holds a control character.";
    }
  }
  return {};
}

inline std::string UrlFault(std::string_view url) {
  const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  const size_t colon = url.find("://");
  if (!clean || url.size() > kUrlBytes || colon == std::string_view::npos) {
    return "The URL is malformed.";
  }
  const std::string scheme = Lower(url.substr(0, colon));
  if (scheme != "http" && scheme != "https") return "The URL is neither http nor https.";
  const std::string_view rest = url.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) {
    return "The URL is malformed.";
  }
  return {};
}

// Why the host sends no such request; empty: it does.
inline std::string RequestFault(const kgw_http_request& request) {
  constexpr std::string_view kBodiless[] = {"GET", "HEAD", "DELETE", "OPTIONS"};
  if (request.struct_size < offsetof(kgw_http_request, timeout_ms) + sizeof(request.timeout_ms)) {
    return "The request's struct_size is too small.";
  }
  const std::string method(SafeView(request.method));
  const bool has_body = method == "POST" || method == "PUT" || method == "PATCH";
  if (!has_body && std::ranges::find(kBodiless, method) == std::end(kBodiless)) {
    return "The request's method is none of HTTP's.";
  }
  const std::string_view body = SafeView(request.body);
  if (!has_body && !body.empty()) return "A " + method + " has no body.";
  if (body.size() > kRequestBodyBytes) {
    return "The request's body is over " + std::to_string(kRequestBodyBytes) + " bytes.";
  }
  if (std::string fault = UrlFault(SafeView(request.url)); !fault.empty()) return fault;
  if (request.header_count > kRequestHeaders) {
    return "The request has more than " + std::to_string(kRequestHeaders) + " headers.";
  }
  if (request.header_count > 0 && request.headers == nullptr) {
    return "The request's headers are NULL.";
  }
  size_t bytes = 0;
  for (uint32_t i = 0; i < request.header_count; ++i) {
    bytes += request.headers[i].name.size + request.headers[i].value.size;
    if (bytes > kRequestHeaderBytes) {
      return "The request's headers are over " + std::to_string(kRequestHeaderBytes) + " bytes.";
    }
    if (std::string fault = HeaderFault(request.headers[i]); !fault.empty()) return fault;
  }
  return {};
}

inline std::string StateKeyFault(kgw_slice key) {
  if (key.data == nullptr || key.size == 0) return "A key is empty.";
  if (key.size > kStateKeyBytes) {
    return "A key is over " + std::to_string(kStateKeyBytes) + " bytes.";
  }
  return IsUtf8(SafeView(key)) ? "" : "A key is not UTF-8.";
}

inline std::string StateValueFault(kgw_slice value) {
  if (value.data == nullptr && value.size != 0) return "A value is NULL.";
  if (value.size > kStateValueBytes) {
    return "A value is over " + std::to_string(kStateValueBytes) + " bytes.";
  }
  return {};
}

}  // namespace internal
}  // namespace kgw::testing

#endif  // KGW_DETAIL_FAKE_RULES_HPP_
