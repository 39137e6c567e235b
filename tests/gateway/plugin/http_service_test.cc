#include "gateway/plugin/http_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "gateway/base/strings.h"
#include "tests/gateway/plugin/http_fixture.h"
#include "tests/gateway/plugin/local_server.h"

namespace kgw::plugin {
namespace {

using testing::HasSubstr;
using testing::Not;

using HttpServiceTest = HttpFixture;

TEST_F(HttpServiceTest, SendsAndReceives) {
  std::string seen;
  LocalServer server([&](Connection& c) {
    seen = c.ReadRequest();
    c.Answer("pong");
  });
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send(
      {"POST", server.url("/fhir?x=1"), {{"Content-Type", "application/fhir+json"}}, "ping", 0});
  EXPECT_EQ(r.code, KGW_OK) << r.error;
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.body, "pong");
  EXPECT_EQ(r.header("x-test"), "yes");
  EXPECT_TRUE(seen.starts_with("POST /fhir?x=1 HTTP/1.1\r\n")) << seen;
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/fhir+json\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 4\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
  EXPECT_TRUE(seen.ends_with("\r\n\r\nping"));
}

TEST_F(HttpServiceTest, KnowsEveryMethod) {
  std::vector<std::string> seen;
  LocalServer server([&](Connection& c) {
    for (std::string request = c.ReadRequest(); !request.empty(); request = c.ReadRequest()) {
      seen.push_back(request.substr(0, request.find(' ')));
      if (seen.back() == "HEAD") {
        c.Write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      } else {
        c.Answer("x");
      }
    }
  });
  Grant(GrantFor(server.url()));
  for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST"}) {
    const bool body = std::string(method).starts_with("P");
    EXPECT_EQ(Send({method, server.url(), {}, body ? "{}" : "", 0}).code, KGW_OK) << method;
  }
  EXPECT_EQ(seen,
            (std::vector<std::string>{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST"}));
  EXPECT_EQ(server.connections(), 1);  // kept alive
}

TEST_F(HttpServiceTest, PutsInTheTokenAndNobodyElseDoes) {
  std::string seen;
  LocalServer server([&](Connection& c) {
    seen = c.ReadRequest();
    c.Answer("");
  });
  ConnectorGrant grant = GrantFor(server.url());
  grant.bearer_token = "the-token";
  Grant(grant);
  EXPECT_EQ(Send({"GET", server.url(), {}, "", 0}).code, KGW_OK);
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: Bearer the-token\r\n"));
  EXPECT_EQ(Send({"GET", server.url(), {{"Authorization", "Bearer mine"}}, "", 0}).code,
            KGW_INVALID_ARGUMENT);
}

TEST_F(HttpServiceTest, AnswersOfAnyStatusAreAnswers) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Write("HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n");
    c.Write("HTTP/1.1 422 Unprocessable\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}");
  });
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send({"GET", server.url(), {}, "", 0});
  EXPECT_EQ(r.code, KGW_OK);
  EXPECT_EQ(r.status, 422);
  EXPECT_EQ(r.header("X-Interim"), "");
  EXPECT_EQ(r.header("X-A"), "b");
}

TEST_F(HttpServiceTest, GoesOnlyWhereItWasGranted) {
  LocalServer granted([](Connection& c) {
    c.ReadRequest();
    c.Answer("");
  });
  LocalServer other([](Connection& c) {
    c.ReadRequest();
    c.Answer("");
  });
  Grant(GrantFor(granted.url()));
  const sdk::HttpResponse r = Send({"GET", other.url("/Patient?name=secret"), {}, "", 0});
  EXPECT_EQ(r.code, KGW_PERMISSION_DENIED);
  EXPECT_EQ(r.error,
            StrCat("http://127.0.0.1:", other.port(), " is not among the hosts granted to ehr."));
  for (const std::string& url :
       {StrCat("http://localhost:", granted.port(), "/"),
        StrCat("https://127.0.0.1:", granted.port(), "/"), std::string("http://169.254.169.254/"),
        StrCat("http://127.0.0.1:", granted.port(), ".example.org/")}) {
    const kgw_code code = Send({"GET", url, {}, "", 0}).code.code;
    EXPECT_TRUE(code == KGW_PERMISSION_DENIED || code == KGW_INVALID_ARGUMENT) << url << code;
  }
  EXPECT_EQ(other.connections(), 0);
  EXPECT_EQ(granted.connections(), 0);
}

TEST_F(HttpServiceTest, NeverFollowsARedirect) {
  LocalServer other([](Connection& c) {
    c.ReadRequest();
    c.Answer("stolen");
  });
  LocalServer server([&](Connection& c) {
    c.ReadRequest();
    c.Write(StrCat("HTTP/1.1 307 Temporary Redirect\r\nLocation: ", other.url(),
                   "\r\nContent-Length: 0\r\n\r\n"));
  });
  ConnectorGrant grant = GrantFor(server.url());
  grant.origins.push_back(other.url());
  Grant(grant);
  const sdk::HttpResponse r = Send({"GET", server.url(), {}, "", 0});
  EXPECT_EQ(r.code, KGW_OK);
  EXPECT_EQ(r.status, 307);
  EXPECT_EQ(r.header("location"), other.url());
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(HttpServiceTest, IgnoresAProxyOfTheEnvironment) {
  LocalServer proxy([](Connection& c) {
    c.ReadRequest();
    c.Answer("proxied");
  });
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Answer("direct");
  });
  setenv("http_proxy", proxy.url().c_str(), 1);
  Grant(GrantFor(server.url()));
  EXPECT_EQ(Send({"GET", server.url(), {}, "", 0}).body, "direct");
  unsetenv("http_proxy");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(HttpServiceTest, WithoutAConnectionNothingWasSent) {
  std::string url;
  {
    LocalServer gone([](Connection&) {});
    url = gone.url();
  }
  Grant(GrantFor(url));
  const sdk::HttpResponse r = Send({"POST", url, {}, "{}", 0});
  EXPECT_EQ(r.code, KGW_UNAVAILABLE);
  EXPECT_THAT(r.error, HasSubstr(": no connection ("));
  EXPECT_FALSE(r.maybe_acted());
}

TEST_F(HttpServiceTest, AHostWithoutAnAddressIsUnavailable) {
  Grant(GrantFor("http://nowhere.invalid/"));
  EXPECT_EQ(Send({"GET", "http://nowhere.invalid/", {}, "", 0}).code, KGW_UNAVAILABLE);
}

TEST_F(HttpServiceTest, AConnectionLostAfterTheRequestMayHaveActed) {
  LocalServer server([](Connection& c) { c.ReadRequest(); });
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send({"POST", server.url(), {}, "{}", 0});
  EXPECT_EQ(r.code, KGW_ABORTED);
  EXPECT_TRUE(r.maybe_acted());
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpServiceTest, ACutAnswerMayHaveActed) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{");
  });
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send({"POST", server.url(), {}, "{}", 0});
  EXPECT_EQ(r.code, KGW_ABORTED);
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.body, "");
}

// libcurl itself would send a request again when a pooled connection dies without a byte of an
// answer. For a request that changes something that could be the second time.
class ReusedConnection : public HttpFixture, public testing::WithParamInterface<const char*> {};

TEST_P(ReusedConnection, NeverSendsARequestTwice) {
  std::atomic<int> changes{0};
  LocalServer server([&](Connection& c) {
    for (std::string request = c.ReadRequest(); !request.empty(); request = c.ReadRequest()) {
      if (!request.starts_with("GET")) {
        ++changes;
        return;  // acted, and closes without an answer
      }
      c.Answer("warm");
    }
  });
  Grant(GrantFor(server.url()));
  ASSERT_EQ(Send({"GET", server.url(), {}, "", 0}).code, KGW_OK);
  const std::string body = std::string(GetParam()) == "POST-empty" ? "" : "{}";
  const std::string method = std::string(GetParam()).substr(0, std::string(GetParam()).find('-'));
  const sdk::HttpResponse r = Send({method, server.url(), {}, body, 0});
  EXPECT_EQ(r.code, KGW_ABORTED) << r.error;
  EXPECT_EQ(changes, 1);
}

INSTANTIATE_TEST_SUITE_P(Each, ReusedConnection,
                         testing::Values("POST", "PUT", "PATCH", "POST-empty"));

TEST_F(HttpServiceTest, ASlowAnswerEndsWithTheRequestsTime) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.ReadRequest();  // until the other side gives up
  });
  Grant(GrantFor(server.url()));
  const absl::Time begin = absl::Now();
  const sdk::HttpResponse r = Send({"POST", server.url(), {}, "{}", 100});
  EXPECT_EQ(r.code, KGW_DEADLINE_EXCEEDED);
  EXPECT_TRUE(r.maybe_acted());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(3));
}

TEST_F(HttpServiceTest, ASlowAnswerEndsWithTheCallsTime) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.ReadRequest();
  });
  Grant(GrantFor(server.url()));
  EXPECT_EQ(Send({"GET", server.url(), {}, "", 60'000}, absl::Milliseconds(100)).code,
            KGW_DEADLINE_EXCEEDED);
  EXPECT_EQ(Send({"GET", server.url(), {}, "", 0}, absl::ZeroDuration()).code, KGW_UNAVAILABLE);
}

TEST_F(HttpServiceTest, ARequestsTimeHasALimit) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.ReadRequest();
  });
  ConnectorGrant grant = GrantFor(server.url());
  grant.max_request_timeout = absl::Milliseconds(100);
  Grant(grant);
  EXPECT_EQ(Send({"GET", server.url(), {}, "", 3'600'000}).code, KGW_DEADLINE_EXCEEDED);
}

TEST_F(HttpServiceTest, ShuttingDownGivesARunningRequestUp) {
  std::atomic<bool> arrived{false};
  LocalServer server([&](Connection& c) {
    c.ReadRequest();
    arrived = true;
    arrived.notify_one();
    c.ReadRequest();
  });
  Grant(GrantFor(server.url()));
  std::thread other([&] {
    arrived.wait(false);
    cancel_ = true;
  });
  const absl::Time begin = absl::Now();
  const sdk::HttpResponse r = Send({"POST", server.url(), {}, "{}", 0});
  other.join();
  EXPECT_EQ(r.code, KGW_CANCELLED);
  EXPECT_TRUE(r.maybe_acted());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(3));
  EXPECT_EQ(Send({"POST", server.url(), {}, "{}", 0}).code, KGW_UNAVAILABLE);
}

TEST_F(HttpServiceTest, AnAnswerHasASizeLimit) {
  LocalServer server([](Connection& c) {
    for (std::string request = c.ReadRequest(); !request.empty(); request = c.ReadRequest()) {
      if (request.starts_with("GET /endless")) {
        c.Write("HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 100; ++i) c.Write(std::string(10'000, 'x'));
        return;
      }
      c.Answer(std::string(request.starts_with("GET /fits") ? 1000 : 1001, 'x'));
    }
  });
  ConnectorGrant grant = GrantFor(server.url());
  grant.response_bytes = 1000;
  Grant(grant);
  EXPECT_EQ(Send({"GET", server.url("/fits"), {}, "", 0}).body.size(), 1000u);
  for (const char* path : {"/over", "/endless"}) {
    const sdk::HttpResponse r = Send({"GET", server.url(path), {}, "", 0});
    EXPECT_EQ(r.code, KGW_RESOURCE_EXHAUSTED) << path;
    EXPECT_EQ(r.body, "");
    EXPECT_TRUE(r.maybe_acted());
  }
}

TEST_F(HttpServiceTest, HeadersHaveALimit) {
  LocalServer server([](Connection& c) {
    const std::string request = c.ReadRequest();
    c.Write("HTTP/1.1 200 OK\r\n");
    if (request.starts_with("GET /many")) {
      for (int i = 0; i < 1000; ++i) c.Write("X-A: b\r\n");
    } else {
      for (int i = 0; i < 100; ++i) c.Write(StrCat("X-A: ", std::string(1000, 'b'), "\r\n"));
    }
    c.Write("Content-Length: 0\r\n\r\n");
  });
  Grant(GrantFor(server.url()));
  EXPECT_EQ(Send({"GET", server.url("/many"), {}, "", 0}).code, KGW_RESOURCE_EXHAUSTED);
  EXPECT_EQ(Send({"GET", server.url("/large"), {}, "", 0}).code, KGW_RESOURCE_EXHAUSTED);
}

TEST_F(HttpServiceTest, WhatIsNoHttpIsNoAnswer) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Write("SSH-2.0-OpenSSH_9.2\r\n");
  });
  Grant(GrantFor(server.url()));
  EXPECT_EQ(Send({"POST", server.url(), {}, "{}", 0}).code, KGW_ABORTED);
}

TEST_F(HttpServiceTest, ErrorsDoNotQuoteTheQuery) {
  LocalServer server([](Connection& c) { c.ReadRequest(); });
  Grant(GrantFor(server.url()));
  const sdk::HttpResponse r = Send({"GET", server.url("/Patient?name=secret"), {}, "", 0});
  EXPECT_THAT(r.error, Not(HasSubstr("secret")));
  EXPECT_TRUE(r.error.starts_with(StrCat("http://127.0.0.1:", server.port(), ": "))) << r.error;
}

TEST_F(HttpServiceTest, ServesOnlyTheCallThatRunsOnThisThread) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Answer("");
  });
  Grant(GrantFor(server.url()));
  NoOutputs call(library_, limits_, 1, "tenant", 0, nullptr);
  EXPECT_EQ(SendIn(call, {"GET", server.url(), {}, "", 0}).code, KGW_OK);
  std::thread([&] {
    EXPECT_EQ(SendIn(call, {"GET", server.url(), {}, "", 0}).code, KGW_INVALID_ARGUMENT);
  }).join();
  EXPECT_EQ(library_.misuses, 1u);
  EXPECT_EQ(
      service_->table()->send(service_->table()->ctx, nullptr, nullptr, nullptr, nullptr, nullptr),
      KGW_INVALID_ARGUMENT);
}

TEST_F(HttpServiceTest, APluginThatThrowsOnReceivingBreaksItsCall) {
  LocalServer server([](Connection& c) {
    c.ReadRequest();
    c.Answer("");
  });
  Grant(GrantFor(server.url()));
  NoOutputs call(library_, limits_, 1, "tenant", 0, nullptr);
  const std::string url = server.url();
  kgw_http_request request{};
  request.struct_size = sizeof(request);
  request.method = {"GET", 3};
  request.url = {url.data(), url.size()};
  const kgw_http* table = service_->table();
  EXPECT_EQ(table->send(
                table->ctx, call.raw(), &request, [](void*, const kgw_http_response*) { throw 42; },
                nullptr, nullptr),
            KGW_ABORTED);
  EXPECT_EQ(call.broken(), "it threw an exception while it received an HTTP answer");
}

TEST_F(HttpServiceTest, ManyRequestsShareTheConnections) {
  LocalServer server([](Connection& c) {
    for (std::string request = c.ReadRequest(); !request.empty(); request = c.ReadRequest()) {
      c.Answer(request.substr(request.find("\r\n\r\n") + 4));
    }
  });
  Grant(GrantFor(server.url()));
  for (int i = 0; i < 200; ++i) {
    const std::string body = StrCat("body ", i);
    ASSERT_EQ(Send({"POST", server.url(), {}, body, 0}).body, body);
  }
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace kgw::plugin
