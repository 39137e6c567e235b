#include "gateway/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "tests/support/http/get.h"

namespace kgw::http {
namespace {

using ::testing::HasSubstr;

// A connection that a test says things on.
class Caller {
 public:
  // `from` is an address of this machine.
  explicit Caller(const std::string& address, const char* from = "127.0.0.1")
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    inet_pton(AF_INET, from, &own.sin_addr);
    bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof(own));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
  }
  Caller(Caller&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Caller() {
    if (fd_ >= 0) close(fd_);
  }

  bool connected() const { return connected_; }

  // False when the server has closed.
  bool Say(const std::string& bytes) {
    size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<size_t>(n);
    }
    return true;
  }

  // What comes until `end` is in it, or the server closes.
  std::string Hear(const std::string& end) {
    std::string got;
    char buffer[4096];
    ssize_t n = 0;
    while (got.find(end) == std::string::npos && (n = recv(fd_, buffer, sizeof(buffer), 0)) > 0) {
      got.append(buffer, static_cast<size_t>(n));
    }
    return got;
  }

  bool Closed() {
    char byte = 0;
    const ssize_t n = recv(fd_, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return n == 0 || (n < 0 && errno != EAGAIN);
  }

  std::string HearAll() {
    shutdown(fd_, SHUT_WR);
    return Hear("no such text");
  }

 private:
  int fd_;
  bool connected_ = false;
};

// What the server says to raw bytes until it closes.
std::string Send(const std::string& address, const std::string& bytes) {
  Caller caller(address);
  caller.Say(bytes);
  return caller.HearAll();
}

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() { Serve({}); }

  void Serve(Limits limits) {
    Pages pages;
    pages.metrics = [this] {
      while (hold_metrics_.load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return "kgw_up 1\n";
    };
    pages.alive = [this] { return alive_; };
    pages.ready = [this] { return ready_; };
    auto server = HttpServer::Start("127.0.0.1:0", std::move(pages), limits);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  absl::Status alive_;
  absl::Status ready_;
  std::atomic<bool> hold_metrics_{false};
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

TEST_F(HttpServerTest, SaysThatOnlyARestartHelps) {
  alive_ = absl::UnavailableError("a sync failed");
  const test::HttpReply reply = test::HttpGet(server_->address(), "/livez");
  EXPECT_EQ(reply.code, 503);
  EXPECT_THAT(reply.body, HasSubstr("a sync failed"));
}

TEST_F(HttpServerTest, AnswersWhileMetricsTakeTheirTime) {
  hold_metrics_ = true;
  Caller scraper(server_->address());
  scraper.Say("GET /metrics HTTP/1.1\r\n\r\n");
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  EXPECT_EQ(test::HttpGet(server_->address(), "/readyz").code, 200);
  hold_metrics_ = false;
  EXPECT_THAT(scraper.Hear("kgw_up 1\n"), HasSubstr("kgw_up 1\n"));
}

TEST_F(HttpServerTest, TurnsEveryoneAwayWhereNoConnectionIsAllowed) {
  Serve({.connections = 0});
  for (int i = 0; i < 3; ++i) {
    Caller caller(server_->address());
    caller.Say("GET /livez HTTP/1.1\r\n\r\n");
    EXPECT_EQ(caller.Hear("ok"), "");
  }
}

TEST_F(HttpServerTest, EndsWhileMetricsTakeTheirTime) {
  hold_metrics_ = true;
  std::vector<Caller> scrapers;
  for (int i = 0; i < 8; ++i) {
    scrapers.emplace_back(server_->address());
    scrapers.back().Say("GET /metrics HTTP/1.1\r\n\r\n");
  }
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  std::thread later([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    hold_metrics_ = false;
  });
  server_ = nullptr;
  later.join();
}

TEST_F(HttpServerTest, AnswersAlthoughManyHoldConnectionsOpen) {
  std::vector<Caller> idle;
  for (int i = 0; i < 300; ++i) {
    idle.emplace_back(server_->address());
    if (i % 2 == 0) idle.back().Say("GET /livez HTTP/1.1\r\nX: slow");
    if (i % 10 == 0) {
      EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200) << i;
    }
  }
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  const auto open =
      std::count_if(idle.begin(), idle.end(), [](Caller& each) { return !each.Closed(); });
  EXPECT_LE(open, 64);
  EXPECT_GT(open, 32);
}

TEST_F(HttpServerTest, AWatcherKeepsItsConnectionBesideOneThatHoldsMany) {
  Caller watcher(server_->address(), "127.0.0.2");
  std::vector<Caller> idle;
  for (int i = 0; i < 300; ++i) idle.emplace_back(server_->address());
  EXPECT_EQ(test::HttpGet(server_->address(), "/livez").code, 200);
  EXPECT_TRUE(watcher.Say("GET /livez HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(watcher.Hear("ok\n"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, ARequestThatComesByteForByteEndsInTime) {
  Serve({.connections = 4, .patience = absl::Milliseconds(300)});
  Caller slow(server_->address());
  const auto start = std::chrono::steady_clock::now();
  while (!slow.Closed() && slow.Say("G")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  }
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
