#include "gateway/http/http_server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <list>
#include <map>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/strings.h"

namespace kgw::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::http::status;
using Tcp = asio::ip::tcp;

constexpr size_t kMostRequestBytes = 8 << 10;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::string_view kPlain = "text/plain; charset=utf-8";

struct Answer {
  status code = status::ok;
  std::string_view type = kPlain;
  std::string body;
};

Answer AnswerOf(const absl::Status& state) {
  if (state.ok()) return {status::ok, kPlain, "ok\n"};
  return {status::service_unavailable, kPlain, StrCat(Std(state.message()), "\n")};
}

// None for /metrics, which takes its time.
std::optional<Answer> QuickAnswer(std::string_view method, std::string_view target,
                                  const Pages& pages) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/metrics" && path != "/livez" && path != "/readyz") {
    return Answer{status::not_found, kPlain, "there is /metrics, /livez and /readyz\n"};
  }
  if (method != "GET" && method != "HEAD") {
    return Answer{status::method_not_allowed, kPlain, "GET or HEAD\n"};
  }
  if (path == "/metrics") return std::nullopt;
  return AnswerOf(path == "/livez" ? pages.alive() : pages.ready());
}

class Session;

// What the connections share. Touched by the server's thread only, but for the pages.
struct Shared {
  const Pages pages;
  const std::chrono::nanoseconds patience;
  asio::thread_pool& slow;            // makes /metrics, so that it holds nobody up
  std::list<Session*> sessions = {};  // who has waited longest for a whole request comes first
};

// One connection, kept alive by what it waits for.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Tcp::socket socket, asio::ip::address from, Shared& shared)
      : stream_(std::move(socket)), from_(std::move(from)), shared_(shared) {
    place_ = shared_.sessions.insert(shared_.sessions.end(), this);
  }
  ~Session() { Leave(); }

  const asio::ip::address& from() const { return from_; }

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMostRequestBytes);
    parser_->body_limit(kMostRequestBytes);
    stream_.expires_after(shared_.patience);
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->Handle();
                            });
  }

  // Whatever it waits for fails.
  void Close() {
    Leave();
    stream_.close();
  }

 private:
  void Leave() {
    if (!place_.has_value()) return;
    shared_.sessions.erase(*place_);
    place_.reset();
  }

  void Handle() {
    if (!place_.has_value()) return;
    shared_.sessions.splice(shared_.sessions.end(), shared_.sessions, *place_);
    const auto& request = parser_->get();
    const beast::string_view method = request.method_string();
    const beast::string_view target = request.target();
    std::optional<Answer> answer =
        QuickAnswer({method.data(), method.size()}, {target.data(), target.size()}, shared_.pages);
    if (answer.has_value()) return Write(*std::move(answer));
    asio::post(shared_.slow, [self = shared_from_this()]() mutable {
      std::string figures = self->shared_.pages.metrics();
      const auto thread = self->stream_.get_executor();
      asio::post(thread, [self = std::move(self), figures = std::move(figures)]() mutable {
        self->Write({status::ok, "text/plain; version=0.0.4; charset=utf-8", std::move(figures)});
      });
    });
  }

  void Write(Answer answer) {
    if (!place_.has_value()) return;
    const auto& request = parser_->get();
    response_ = {};
    response_.version(request.version());
    response_.result(answer.code);
    response_.set(beast::http::field::content_type,
                  beast::string_view(answer.type.data(), answer.type.size()));
    response_.set(beast::http::field::cache_control, "no-store");
    response_.keep_alive(request.keep_alive());
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    if (request.method() == beast::http::verb::head) response_.body().clear();
    stream_.expires_after(shared_.patience);
    beast::http::async_write(stream_, response_,
                             [self = shared_from_this()](beast::error_code error, size_t) {
                               if (!error && self->response_.keep_alive()) self->Read();
                             });
  }

  beast::tcp_stream stream_;
  const asio::ip::address from_;
  Shared& shared_;
  std::optional<std::list<Session*>::iterator> place_;  // none: it was closed
  beast::flat_buffer buffer_{2 * kMostRequestBytes};
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  beast::http::response<beast::http::string_body> response_;
};

// Of the address that has most connections, the one that has waited longest: who only holds
// connections open loses them, and a watcher finds room. None where there are no connections.
Session* OneTooMany(const std::list<Session*>& sessions) {
  if (sessions.empty()) return nullptr;
  std::map<asio::ip::address, size_t> counts;
  for (const Session* each : sessions) ++counts[each->from()];
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto longest = std::find_if(sessions.begin(), sessions.end(), [&most](const Session* each) {
    return each->from() == most->first;
  });
  return *longest;
}

class RunningServer final : public HttpServer {
 public:
  RunningServer(Pages pages, const Limits& limits)
      : connections_(limits.connections),
        shared_{.pages = std::move(pages),
                .patience = absl::ToChronoNanoseconds(limits.patience),
                .slow = slow_} {}
  ~RunningServer() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
    slow_.stop();
    slow_.join();
  }

  absl::Status Start(const std::string& listen) {
    const size_t colon = listen.rfind(':');
    std::string host = listen.substr(0, colon == std::string::npos ? 0 : colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    beast::error_code error;
    const asio::ip::address ip = asio::ip::make_address(host, error);
    uint32_t port = 0;
    const bool has_port =
        colon != std::string::npos && absl::SimpleAtoi(listen.substr(colon + 1), &port);
    if (error || !has_port || port > 65535) {
      return absl::InvalidArgumentError(
          StrCat("http.listen '", listen, "': expected ADDRESS:PORT, e.g. 127.0.0.1:9464"));
    }
    const Tcp::endpoint endpoint(ip, static_cast<uint16_t>(port));
    if (!Open(endpoint, error)) {
      return absl::UnavailableError(
          StrCat("cannot listen on http.listen '", listen, "': ", error.message()));
    }
    address_ = StrCat(listen.substr(0, colon), ":", acceptor_.local_endpoint().port());
    Accept();
    thread_ = std::thread([this] { context_.run(); });
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }

 private:
  bool Open(const Tcp::endpoint& endpoint, beast::error_code& error) {
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    return !error;
  }

  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater();
      Serve(std::move(socket));
      Accept();
    });
  }

  void Serve(Tcp::socket socket) {
    beast::error_code gone;
    const Tcp::endpoint from = socket.remote_endpoint(gone);
    if (gone) return;
    if (shared_.sessions.size() >= connections_) {
      Session* one = OneTooMany(shared_.sessions);
      if (one == nullptr) return;  // no connection at all is allowed
      one->Close();
    }
    std::make_shared<Session>(std::move(socket), from.address(), shared_)->Read();
  }

  // Without a free file descriptor the next try would fail as fast as this one.
  void AcceptLater() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error) Accept();
    });
  }

  const size_t connections_;
  // Connections live in what waits in the two below, which therefore go first.
  Shared shared_;
  asio::io_context context_{1};
  asio::thread_pool slow_{1};
  Tcp::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  std::string address_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen,
                                                              Pages pages, Limits limits) {
  auto server = std::make_unique<RunningServer>(std::move(pages), limits);
  if (absl::Status status = server->Start(listen); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace kgw::http
