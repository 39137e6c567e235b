#include "gateway/http/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
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
constexpr int kMostConnections = 64;
constexpr std::chrono::seconds kSilence{10};
constexpr std::chrono::milliseconds kPause{100};

struct Answer {
  status code = status::ok;
  std::string_view type = "text/plain; charset=utf-8";
  std::string body;
};

Answer AnswerTo(std::string_view method, std::string_view target, const Pages& pages) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/metrics" && path != "/livez" && path != "/readyz") {
    return {status::not_found, "text/plain; charset=utf-8",
            "there is /metrics, /livez and /readyz\n"};
  }
  if (method != "GET" && method != "HEAD") {
    return {status::method_not_allowed, "text/plain; charset=utf-8", "GET or HEAD\n"};
  }
  if (path == "/metrics") {
    return {status::ok, "text/plain; version=0.0.4; charset=utf-8", pages.metrics()};
  }
  if (path == "/livez") return {status::ok, "text/plain; charset=utf-8", "ok\n"};
  const absl::Status ready = pages.ready();
  if (ready.ok()) return {status::ok, "text/plain; charset=utf-8", "ok\n"};
  return {status::service_unavailable, "text/plain; charset=utf-8",
          StrCat(Std(ready.message()), "\n")};
}

// One connection, kept alive by what it waits for.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Tcp::socket socket, const Pages& pages, int& open)
      : stream_(std::move(socket)), pages_(pages), open_(open) {
    ++open_;
  }
  ~Session() { --open_; }

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMostRequestBytes);
    parser_->body_limit(kMostRequestBytes);
    stream_.expires_after(kSilence);
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->Write();
                            });
  }

 private:
  void Write() {
    const auto& request = parser_->get();
    const beast::string_view method = request.method_string();
    const beast::string_view target = request.target();
    Answer answer =
        AnswerTo({method.data(), method.size()}, {target.data(), target.size()}, pages_);
    response_ = {};
    response_.version(request.version());
    response_.result(answer.code);
    response_.set(beast::http::field::content_type,
                  beast::string_view(answer.type.data(), answer.type.size()));
    response_.set(beast::http::field::cache_control, "no-store");
    response_.keep_alive(request.keep_alive());
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    if (method == "HEAD") response_.body().clear();
    stream_.expires_after(kSilence);
    beast::http::async_write(stream_, response_,
                             [self = shared_from_this()](beast::error_code error, size_t) {
                               if (!error && self->response_.keep_alive()) self->Read();
                             });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{2 * kMostRequestBytes};
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  beast::http::response<beast::http::string_body> response_;
  const Pages& pages_;
  int& open_;
};

class RunningServer final : public HttpServer {
 public:
  explicit RunningServer(Pages pages) : pages_(std::move(pages)) {}
  ~RunningServer() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
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
    if (!error) acceptor_.listen(kMostConnections, error);
    return !error;
  }

  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater();
      // One too many is closed at once: a watcher asks again.
      if (open_ < kMostConnections) {
        std::make_shared<Session>(std::move(socket), pages_, open_)->Read();
      }
      Accept();
    });
  }

  // Without a free file descriptor the next try would fail as fast as this one.
  void AcceptLater() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error) Accept();
    });
  }

  const Pages pages_;
  int open_ = 0;  // touched by the server's thread only
  asio::io_context context_{1};
  Tcp::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  std::string address_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen,
                                                              Pages pages) {
  auto server = std::make_unique<RunningServer>(std::move(pages));
  if (absl::Status status = server->Start(listen); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace kgw::http
