#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "tests/gateway/plugin/http_fixture.h"
#include "tests/gateway/plugin/local_server.h"
#include "tests/support/folder/temporary_folder.h"

namespace kgw::plugin {
namespace {

using testing::HasSubstr;

class HttpTlsTest : public HttpFixture {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TemporaryFolder;
    MakeCertificates(folder_->path());
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string File(const std::string& name) { return folder_->File(name); }
  static TlsFiles Server() { return {File("server.pem"), File("server.key"), ""}; }
  static void Answer(Connection& c) {
    c.ReadRequest();
    c.Answer("over tls");
  }

  static test::TemporaryFolder* folder_;
};

test::TemporaryFolder* HttpTlsTest::folder_ = nullptr;

TEST_F(HttpTlsTest, TrustsTheAuthorityItWasGiven) {
  LocalServer server(Answer, Server());
  ConnectorGrant grant = GrantFor(server.url());
  grant.server_ca = File("ca.pem");
  Grant(grant);
  const sdk::HttpResponse r = Send({"GET", server.url(), {}, "", 0});
  EXPECT_EQ(r.code, KGW_OK) << r.error;
  EXPECT_EQ(r.body, "over tls");
}

TEST_F(HttpTlsTest, DoesNotTrustAnybodyElse) {
  LocalServer server(Answer, Server());
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send({"POST", server.url(), {}, "{}", 0});
  EXPECT_EQ(r.code, KGW_UNAVAILABLE);
  EXPECT_THAT(r.error, HasSubstr("certificate"));
}

TEST_F(HttpTlsTest, ChecksTheName) {
  LocalServer server(Answer, Server());
  const std::string url = StrCat("https://localhost:", server.port(), "/");
  ConnectorGrant grant = GrantFor(url);
  grant.server_ca = File("ca.pem");
  Grant(grant);
  EXPECT_EQ(Send({"GET", url, {}, "", 0}).code, KGW_UNAVAILABLE);
}

TEST_F(HttpTlsTest, ShowsTheClientsCertificate) {
  TlsFiles files = Server();
  files.client_ca = File("ca.pem");
  LocalServer server(Answer, files);
  ConnectorGrant grant = GrantFor(server.url());
  grant.server_ca = File("ca.pem");
  Grant(grant);
  EXPECT_NE(Send({"GET", server.url(), {}, "", 0}).code, KGW_OK);
  grant.client_certificate = File("client.pem");
  grant.client_key = File("client.key");
  Grant(grant);
  const sdk::HttpResponse r = Send({"GET", server.url(), {}, "", 0});
  EXPECT_EQ(r.code, KGW_OK) << r.error;
}

TEST_F(HttpTlsTest, AMissingAuthorityFileIsUnavailable) {
  LocalServer server(Answer, Server());
  ConnectorGrant grant = GrantFor(server.url());
  grant.server_ca = File("none.pem");
  Grant(grant);
  const sdk::HttpResponse r = Send({"GET", server.url(), {}, "", 0});
  EXPECT_EQ(r.code, KGW_UNAVAILABLE);
  EXPECT_THAT(r.error, HasSubstr("certificate"));
}

TEST_F(HttpTlsTest, SpeaksNoTlsToAPlainServer) {
  LocalServer server([](Connection& c) { c.Write("HTTP/1.1 200 OK\r\n\r\n"); });
  const std::string url = StrCat("https://127.0.0.1:", server.port(), "/");
  Grant(GrantFor(url));
  EXPECT_EQ(Send({"POST", url, {}, "{}", 0}).code, KGW_UNAVAILABLE);
}

}  // namespace
}  // namespace kgw::plugin
