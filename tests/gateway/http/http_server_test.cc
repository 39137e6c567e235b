#include "gateway/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <string>

#include "gateway/base/strings.h"
#include "tests/support/http/get.h"

namespace kgw::http {
namespace {

using ::testing::HasSubstr;

// What the server says to raw bytes until it closes.
std::string Send(const std::string& address, const std::string& bytes) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  std::string got;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0) {
    size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<size_t>(n);
    }
    shutdown(fd, SHUT_WR);
    char buffer[4096];
    ssize_t n = 0;
    while ((n = recv(fd, buffer, sizeof(buffer), 0)) > 0)
      got.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return got;
}

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    auto server = HttpServer::Start("127.0.0.1:0", {.metrics = [] { return "kgw_up 1\n"; },
                                                    .ready = [this] { return ready_; }});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  absl::Status ready_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, ServesItsThreePages) {
  const test::HttpReply metrics = test::HttpGet(server_->address(), "/metrics");
  EXPECT_EQ(metrics.code, 200);
  EXPECT_EQ(metrics.body, "kgw_up 1\n");
  EXPECT_THAT(metrics.type, HasSubstr("version=0.0.4"));
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  EXPECT_EQ(test::HttpGet(server_->address(), "/readyz?verbose").code, 200);
  EXPECT_EQ(test::HttpGet(server_->address(), "/metrics", "HEAD").code, 200);
}

TEST_F(HttpServerTest, SaysWhyItIsNotReady) {
  ready_ = absl::UnavailableError("the store takes no writes: the disk is full");
  const test::HttpReply reply = test::HttpGet(server_->address(), "/readyz");
  EXPECT_EQ(reply.code, 503);
  EXPECT_THAT(reply.body, HasSubstr("the disk is full"));
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
}

TEST_F(HttpServerTest, RefusesEverythingElse) {
  EXPECT_EQ(test::HttpGet(server_->address(), "/").code, 404);
  EXPECT_EQ(test::HttpGet(server_->address(), "/metrics/../etc/passwd").code, 404);
  EXPECT_EQ(test::HttpGet(server_->address(), "/metrics", "POST").code, 405);
}

double CpuSeconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

TEST_F(HttpServerTest, WaitsForFileDescriptorsWithoutSpinning) {
  const int caller = socket(AF_INET, SOCK_STREAM, 0);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(caller) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  const std::string& address = server_->address();
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  EXPECT_EQ(connect(caller, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  const double began = CpuSeconds();
  usleep(500'000);
  EXPECT_LT(CpuSeconds() - began, 0.2);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  close(caller);
}

TEST_F(HttpServerTest, SurvivesHostileBytes) {
  Send(server_->address(), "\x16\x03\x01 not http at all\r\n\r\n");
  Send(server_->address(), StrCat("GET /livez HTTP/1.1\r\nX: ", std::string(1 << 20, 'x'), "\r\n"));
  Send(server_->address(), "POST /livez HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
  Send(server_->address(), "");
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
}

TEST(HttpServer, RefusesAnAddressThatIsNone) {
  for (const char* listen :
       {"", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "x:1"}) {
    auto server = HttpServer::Start(listen, {});
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument) << listen;
  }
}

TEST_F(HttpServerTest, SaysThatThePortIsTaken) {
  auto second = HttpServer::Start(server_->address(), {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace kgw::http
