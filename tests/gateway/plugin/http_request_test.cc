#include "gateway/plugin/http_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

kgw_slice Slice(std::string_view text) { return {text.data(), text.size()}; }

struct RequestText {
  std::string_view method = "GET";
  std::string_view url = "https://ehr.example.org/fhir/metadata";
  std::vector<std::pair<std::string_view, std::string_view>> headers = {};
  std::string_view body = {};
};

absl::StatusOr<HttpRequest> Check(const RequestText& text) {
  std::vector<kgw_header> headers;
  for (const auto& [name, value] : text.headers) headers.push_back({Slice(name), Slice(value)});
  kgw_http_request request{};
  request.struct_size = sizeof(request);
  request.method = Slice(text.method);
  request.url = Slice(text.url);
  request.header_count = static_cast<uint32_t>(headers.size());
  request.headers = headers.data();
  request.body = Slice(text.body);
  return CheckHttpRequest(request);
}

std::string RefusalOf(const RequestText& text) {
  const absl::StatusOr<HttpRequest> request = Check(text);
  if (request.ok()) return "accepted";
  EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(Std(request.status().message()));
}

TEST(HttpUrl, KnowsItsOrigin) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://EHR.example.org/fhir", "https://ehr.example.org:443"},
      {"http://ehr.example.org:8080/fhir?a=b#c", "http://ehr.example.org:8080"},
      {"HTTP://127.0.0.1", "http://127.0.0.1:80"},
      {"https://[::1]:8443/", "https://[::1]:8443"},
      // Forms by which an address is dressed up as another host.
      {"http://2130706433/", "http://127.0.0.1:80"},
      {"http://0x7f.1/", "http://127.0.0.1:80"}};
  for (const auto& [url, origin] : cases) {
    const absl::StatusOr<HttpUrl> parsed = ParseHttpUrl(url);
    ASSERT_TRUE(parsed.ok()) << url << parsed.status();
    EXPECT_EQ(parsed->origin, origin) << url;
    EXPECT_THAT(parsed->text, Not(HasSubstr("#")));
  }
}

TEST(HttpUrl, RefusesEverythingElse) {
  for (const char* url :
       {"", "ehr.example.org", "ftp://ehr.example.org/", "file:///etc/passwd",
        "gopher://ehr.example.org/", "https://", "https://user:password@ehr.example.org/",
        "https://granted@other.example.org/", "https://ehr.example.org/a b",
        "https://ehr.example.org/\r\nHost: other", "https://ehr.example.org:99999/", "javascript:1",
        "https://ehr.example.org\\@other.example.org/"}) {
    const absl::StatusOr<HttpUrl> parsed = ParseHttpUrl(url);
    // What parses nevertheless must not be taken for a granted host.
    if (parsed.ok()) {
      ADD_FAILURE() << url << " gave " << parsed->origin;
    }
  }
  EXPECT_FALSE(ParseHttpUrl("https://a.example/" + std::string(9000, 'x')).ok());
}

TEST(HttpUrl, DoesNotQuoteWhatItRefuses) {
  EXPECT_THAT(std::string(Std(ParseHttpUrl("ehr?name=secret").status().message())),
              Not(HasSubstr("secret")));
}

TEST(HttpRequest, TakesAGoodOne) {
  const absl::StatusOr<HttpRequest> r =
      Check({"PUT",
             "https://ehr.example.org/fhir/Patient/1",
             {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"2\""}, {"Prefer", ""}},
             "{}"});
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_THAT(r->headers,
              ElementsAre("Content-Type: application/fhir+json", "If-Match: W/\"2\"", "Prefer;"));
  EXPECT_TRUE(r->has_content_type);
  EXPECT_EQ(r->body, "{}");
}

TEST(HttpRequest, RefusesWhatBelongsToTheHost) {
  for (const char* name : {"Authorization", "HOST", "content-length", "Transfer-Encoding",
                           "Connection", "Cookie", "Proxy-Authorization", "Upgrade", "Expect"}) {
    EXPECT_THAT(RefusalOf({.headers = {{name, "x"}}}), HasSubstr("belongs to the host"));
  }
}

TEST(HttpRequest, RefusesSmuggling) {
  EXPECT_EQ(RefusalOf({.headers = {{"X-A", "b\r\nX-Evil: c"}}}),
            "The value of the header x-a holds a control character.");
  EXPECT_EQ(RefusalOf({.headers = {{"X-A: b\r\nX-Evil", "c"}}}), "A header's name is not a token.");
  EXPECT_EQ(RefusalOf({.headers = {{"", "c"}}}), "A header's name is not a token.");
  EXPECT_EQ(RefusalOf({.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET"}),
            "The request's method is none of HTTP's.");
  EXPECT_EQ(RefusalOf({.method = "CONNECT"}), "The request's method is none of HTTP's.");
  EXPECT_EQ(RefusalOf({.method = "get"}), "The request's method is none of HTTP's.");
  EXPECT_EQ(RefusalOf({.method = "GET", .body = "x"}), "A GET has no body.");
}

TEST(HttpRequest, IsBounded) {
  const std::string large(17 * 1024, 'x');
  EXPECT_EQ(RefusalOf({.headers = {{"X-A", large}}}),
            "The request's headers are over 16384 bytes.");
  RequestText many;
  many.headers.assign(65, {"X-A", "b"});
  EXPECT_EQ(RefusalOf(many), "The request has more than 64 headers.");
  const std::string huge((size_t{64} << 20) + 1, 'x');
  EXPECT_EQ(RefusalOf({.method = "POST", .body = huge}),
            "The request's body is over 67108864 bytes.");
}

TEST(HttpRequest, RefusesBrokenStructs) {
  kgw_http_request request{};
  EXPECT_FALSE(CheckHttpRequest(request).ok());
  request.struct_size = sizeof(request);
  request.method = Slice("GET");
  request.url = Slice("https://ehr.example.org/");
  EXPECT_TRUE(CheckHttpRequest(request).ok());
  request.header_count = 1;
  EXPECT_FALSE(CheckHttpRequest(request).ok());
}

TEST(LoopbackHost, IsThisMachineOnly) {
  for (const char* host : {"localhost", "127.0.0.1", "[::1]"}) EXPECT_TRUE(IsLoopbackHost(host));
  for (const char* host :
       {"ehr.example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"}) {
    EXPECT_FALSE(IsLoopbackHost(host));
  }
}

}  // namespace
}  // namespace kgw::plugin
