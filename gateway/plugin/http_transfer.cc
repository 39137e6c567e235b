#include "gateway/plugin/http_transfer.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "absl/strings/ascii.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxResponseHeaders = 256;
constexpr size_t kMaxResponseHeaderBytes = 64 * 1024;
// A replaced file of authorities counts that soon.
constexpr long kAuthoritiesCacheSeconds = 60;  // NOLINT(google-runtime-int): libcurl's type

// libcurl's own words are about the certificate then, never about the request.
bool IsTlsError(CURLcode result) {
  return result == CURLE_SSL_CONNECT_ERROR || result == CURLE_PEER_FAILED_VERIFICATION ||
         result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_CACERT_BADFILE ||
         result == CURLE_SSL_ISSUER_ERROR || result == CURLE_SSL_CIPHER;
}

}  // namespace

HttpTransfer::HttpTransfer(const HttpTask& task, CURL* easy) : task_(task), easy_(easy) {
  SetUp();
  if (!task.request->body.empty() || task.request->method == "POST" ||
      task.request->method == "PUT" || task.request->method == "PATCH") {
    SetUpBody();
  }
  ready_ = AddHeaders();
}

HttpTransfer::~HttpTransfer() { curl_slist_free_all(headers_); }

void HttpTransfer::SetUp() {
  const HttpRequest& request = *task_.request;
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_URL, request.url.text.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  // A look-up that does not end must not be waited for: all transfers share this thread.
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, long{task_.connect_timeout_ms});
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, long{task_.timeout_ms});
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  if (request.method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  if (request.method != "GET" && request.method != "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!task_.server_ca.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, task_.server_ca.c_str());
    curl_easy_setopt(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    curl_easy_setopt(easy_, CURLOPT_CA_CACHE_TIMEOUT, kAuthoritiesCacheSeconds);
  }
  if (!task_.client_certificate.empty()) {
    curl_easy_setopt(easy_, CURLOPT_SSLCERT, task_.client_certificate.c_str());
    curl_easy_setopt(easy_, CURLOPT_SSLKEY, task_.client_key.c_str());
  }
}

// The body is read through a callback that cannot rewind. When a pooled connection dies without a
// byte of an answer, libcurl silently sends the request again over a new one; the far side may have
// acted on the first. Unable to rewind, it fails instead, and whoever asked can look first.
void HttpTransfer::SetUpBody() {
  curl_easy_setopt(easy_, CURLOPT_POST, 1L);
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(task_.request->body.size()));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &OnRead);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &OnSeek);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
  // Nothing to rewind in an empty body: only a new connection is sure not to be tried twice.
  if (task_.request->body.empty()) curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
}

bool HttpTransfer::AddHeaders() {
  const auto add = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer == nullptr) return false;
    headers_ = longer;
    return true;
  };
  for (const std::string& header : task_.request->headers) {
    if (!add(header)) return false;
  }
  if (!task_.authorization.empty() && !add("Authorization: " + task_.authorization)) return false;
  // An empty header takes away the one libcurl would add by itself.
  if (!task_.request->has_content_type && !add("Content-Type:")) return false;
  if (!add("Expect:")) return false;
  return curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_) == CURLE_OK;
}

size_t HttpTransfer::OnRead(char* buffer, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const std::string_view rest = transfer.task_.request->body.substr(transfer.read_);
  const size_t n = std::min(size * count, rest.size());
  if (n > 0) std::memcpy(buffer, rest.data(), n);
  transfer.read_ += n;
  return n;
}

int HttpTransfer::OnSeek(void*, curl_off_t, int) { return CURL_SEEKFUNC_FAIL; }

size_t HttpTransfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const std::string_view line(data, size * count);
  std::vector<std::pair<std::string, std::string>>& headers = transfer.outcome_.headers;
  // An interim answer (1xx) comes before the one that counts.
  if (line.starts_with("HTTP/")) headers.clear();
  transfer.header_bytes_ += line.size();
  if (headers.size() >= kMaxResponseHeaders || transfer.header_bytes_ > kMaxResponseHeaderBytes) {
    transfer.too_large_ = true;
    return 0;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  try {
    headers.emplace_back(std::string(line.substr(0, colon)),
                         std::string(absl::StripAsciiWhitespace(Abseil(line.substr(colon + 1)))));
  } catch (const std::bad_alloc&) {
    transfer.too_large_ = true;
    return 0;
  }
  return line.size();
}

size_t HttpTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const size_t n = size * count;
  std::string& body = transfer.outcome_.body;
  if (n > transfer.task_.response_bytes - body.size()) {
    transfer.too_large_ = true;
    return 0;
  }
  try {
    body.append(data, n);
  } catch (const std::bad_alloc&) {
    transfer.too_large_ = true;
    return 0;
  }
  return n;
}

bool HttpTransfer::AnythingSent() const {
  // Bytes of the request that were handed to the connection.
  long sent = 0;
  return curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK || sent > 0;
}

void HttpTransfer::Fail(kgw_code code, std::string_view what) {
  outcome_.code = code;
  outcome_.status = 0;
  outcome_.headers.clear();
  outcome_.body.clear();
  outcome_.error = StrCat(task_.request->url.origin, ": ", what, ".");
}

void HttpTransfer::Complete(CURLcode result) {
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    outcome_.code = KGW_OK;
    outcome_.status = static_cast<int32_t>(status);
    return;
  }
  const bool sent = AnythingSent();
  if (too_large_) {
    return Fail(KGW_RESOURCE_EXHAUSTED,
                StrCat("the answer is over the limit of ", task_.response_bytes, " bytes or ",
                       kMaxResponseHeaderBytes, " bytes of headers"));
  }
  if (result == CURLE_OPERATION_TIMEDOUT) {
    return sent ? Fail(KGW_DEADLINE_EXCEEDED, "no whole answer came within the time allowed")
                : Fail(KGW_UNAVAILABLE, "no connection came about within the time allowed");
  }
  const std::string_view reason =
      IsTlsError(result) && error_[0] != '\0' ? error_ : curl_easy_strerror(result);
  if (sent) {
    return Fail(KGW_ABORTED, StrCat("the connection ended before the whole answer (", reason, ")"));
  }
  Fail(KGW_UNAVAILABLE, StrCat("no connection (", reason, ")"));
}

void HttpTransfer::CompleteCancelled() {
  AnythingSent() ? Fail(KGW_CANCELLED, "the request was given up while it ran")
                 : Fail(KGW_UNAVAILABLE, "the request was given up before it was sent");
}

}  // namespace kgw::plugin
