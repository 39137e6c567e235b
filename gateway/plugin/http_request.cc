#include "gateway/plugin/http_request.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxUrl = 8192;
constexpr size_t kMaxHeaders = 64;
constexpr size_t kMaxHeaderBytes = 16 * 1024;
constexpr size_t kMaxRequestBody = size_t{64} << 20;

std::string_view View(kgw_slice slice) {
  return slice.data == nullptr ? std::string_view()
                               : std::string_view(static_cast<const char*>(slice.data), slice.size);
}

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// Headers by which a plug-in could speak for the host or reshape the message on the wire.
bool IsHostsHeader(std::string_view lower) {
  constexpr std::string_view kOwned[] = {"authorization",  "connection",
                                         "content-length", "cookie",
                                         "expect",         "host",
                                         "keep-alive",     "te",
                                         "trailer",        "transfer-encoding",
                                         "upgrade",        "accept-encoding"};
  return lower.starts_with("proxy-") ||
         std::find(std::begin(kOwned), std::end(kOwned), lower) != std::end(kOwned);
}

absl::Status CheckHeader(const kgw_header& header, HttpRequest* out) {
  const std::string_view name = View(header.name);
  const std::string_view value = View(header.value);
  if (!IsToken(name) || name.size() > 256) {
    return absl::InvalidArgumentError("A header's name is not a token.");
  }
  const std::string lower = absl::AsciiStrToLower(Abseil(name));
  if (IsHostsHeader(lower)) {
    return absl::InvalidArgumentError(StrCat("The header ", lower, " belongs to the host."));
  }
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
  if (!printable) {
    return absl::InvalidArgumentError(
        StrCat("The value of the header ", lower, " holds a control character."));
  }
  if (lower == "content-type") out->has_content_type = true;
  // libcurl's way of saying "with an empty value" is a semicolon.
  out->headers.push_back(value.empty() ? StrCat(name, ";") : StrCat(name, ": ", value));
  return absl::OkStatus();
}

absl::Status CheckHeaders(const kgw_http_request& request, HttpRequest* out) {
  if (request.header_count > kMaxHeaders) {
    return absl::InvalidArgumentError(
        StrCat("The request has more than ", kMaxHeaders, " headers."));
  }
  if (request.header_count > 0 && request.headers == nullptr) {
    return absl::InvalidArgumentError("The request's headers are NULL.");
  }
  size_t bytes = 0;
  for (uint32_t i = 0; i < request.header_count; ++i) {
    bytes += request.headers[i].name.size + request.headers[i].value.size;
    if (bytes > kMaxHeaderBytes) {
      return absl::InvalidArgumentError(
          StrCat("The request's headers are over ", kMaxHeaderBytes, " bytes."));
    }
    if (absl::Status s = CheckHeader(request.headers[i], out); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  if (parsed == nullptr || url.empty() || url.size() > kMaxUrl || !clean ||
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_DISALLOW_USER) !=
          CURLUE_OK) {
    return absl::InvalidArgumentError("The URL is malformed.");
  }
  curl_url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
  HttpUrl out;
  out.scheme = absl::AsciiStrToLower(Part(parsed.get(), CURLUPART_SCHEME));
  out.host = absl::AsciiStrToLower(Part(parsed.get(), CURLUPART_HOST));
  if ((out.scheme != "http" && out.scheme != "https") || out.host.empty()) {
    return absl::InvalidArgumentError("The URL is neither http nor https.");
  }
  out.text = Part(parsed.get(), CURLUPART_URL);
  out.origin = StrCat(out.scheme, "://", out.host, ":",
                      Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  return out;
}

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
         (ntohl(address.s_addr) >> 24) == 127;
}

absl::StatusOr<HttpRequest> CheckHttpRequest(const kgw_http_request& request) {
  // As version 1.0 of kgw.h has it: a plug-in built with it stays served when the struct has grown.
  constexpr size_t kFirstSize = 72;
  static_assert(kFirstSize == offsetof(kgw_http_request, timeout_ms) + sizeof(request.timeout_ms));
  if (request.struct_size < kFirstSize) {
    return absl::InvalidArgumentError("The request's struct_size is too small.");
  }
  HttpRequest out;
  out.method = std::string(View(request.method));
  const bool has_body = out.method == "POST" || out.method == "PUT" || out.method == "PATCH";
  if (!has_body && out.method != "GET" && out.method != "HEAD" && out.method != "DELETE" &&
      out.method != "OPTIONS") {
    return absl::InvalidArgumentError("The request's method is none of HTTP's.");
  }
  out.body = View(request.body);
  if (!has_body && !out.body.empty()) {
    return absl::InvalidArgumentError(StrCat("A ", out.method, " has no body."));
  }
  if (out.body.size() > kMaxRequestBody) {
    return absl::InvalidArgumentError(
        StrCat("The request's body is over ", kMaxRequestBody, " bytes."));
  }
  absl::StatusOr<HttpUrl> url = ParseHttpUrl(View(request.url));
  if (!url.ok()) return url.status();
  out.url = *std::move(url);
  out.timeout_ms = request.timeout_ms;
  if (absl::Status s = CheckHeaders(request, &out); !s.ok()) return s;
  return out;
}

}  // namespace kgw::plugin
