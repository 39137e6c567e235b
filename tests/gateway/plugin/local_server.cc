#include "tests/gateway/plugin/local_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {

int Connection::Read(char* buffer, int size) {
  if (ssl_ != nullptr) return SSL_read(ssl_, buffer, size);
  return static_cast<int>(recv(fd_, buffer, static_cast<size_t>(size), 0));
}

std::string Connection::ReadRequest() {
  char buffer[4096];
  while (true) {
    const size_t end = pending_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::string head = absl::AsciiStrToLower(pending_.substr(0, end));
      size_t length = 0;
      if (const size_t at = head.find("content-length:"); at != std::string::npos) {
        length = std::strtoul(head.c_str() + at + 15, nullptr, 10);
      }
      if (pending_.size() >= end + 4 + length) {
        std::string request = pending_.substr(0, end + 4 + length);
        pending_.erase(0, request.size());
        return request;
      }
    }
    const int n = Read(buffer, sizeof(buffer));
    if (n <= 0) return {};
    pending_.append(buffer, static_cast<size_t>(n));
  }
}

void Connection::Write(const std::string& bytes) {
  if (ssl_ != nullptr) {
    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    return;
  }
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t n = send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return;
    done += static_cast<size_t>(n);
  }
}

void Connection::Answer(const std::string& body) {
  Write(
      StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\nX-Test: yes\r\n\r\n", body));
}

LocalServer::LocalServer(Script script) : script_(std::move(script)) { Listen(); }

LocalServer::LocalServer(Script script, const TlsFiles& tls) : script_(std::move(script)) {
  tls_ = SSL_CTX_new(TLS_server_method());
  EXPECT_EQ(SSL_CTX_use_certificate_chain_file(tls_, tls.certificate.c_str()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey_file(tls_, tls.key.c_str(), SSL_FILETYPE_PEM), 1);
  if (!tls.client_ca.empty()) {
    EXPECT_EQ(SSL_CTX_load_verify_locations(tls_, tls.client_ca.c_str(), nullptr), 1);
    SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  Listen();
}

void LocalServer::Listen() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener_, 64), 0);
  socklen_t size = sizeof(address);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LocalServer::~LocalServer() {
  {
    // Whoever still waits for a request on a kept connection stops waiting.
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    if (current_ >= 0) shutdown(current_, SHUT_RDWR);
  }
  thread_.join();
  close(listener_);
  if (tls_ != nullptr) SSL_CTX_free(tls_);
}

std::string LocalServer::url(const std::string& path) const {
  return StrCat(tls_ == nullptr ? "http" : "https", "://127.0.0.1:", port_, path);
}

void LocalServer::Serve() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) continue;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    // A test that forgets a connection must not hang here.
    const timeval limit{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      current_ = fd;
      if (stop_) shutdown(fd, SHUT_RDWR);
    }
    ServeOne(fd);
    const std::lock_guard<std::mutex> lock(mutex_);
    current_ = -1;
    close(fd);
  }
}

void LocalServer::ServeOne(int fd) {
  if (tls_ == nullptr) {
    Connection connection(fd, nullptr);
    script_(connection);
    return;
  }
  SSL* ssl = SSL_new(tls_);
  SSL_set_fd(ssl, fd);
  if (SSL_accept(ssl) == 1) {
    Connection connection(fd, ssl);
    script_(connection);
    SSL_shutdown(ssl);
  }
  SSL_free(ssl);
}

void MakeCertificates(const std::string& folder) {
  const auto run = [&](const std::string& arguments) {
    const std::string command =
        StrCat("cd '", folder, "' && openssl ", arguments, " >openssl.log 2>&1");
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  };
  const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  run(StrCat("req -x509 ", key, " -days 2 -subj /CN=test-authority -keyout ca.key -out ca.pem"));
  for (const std::string name : {"server", "client"}) {
    run(StrCat("req ", key, " -subj /CN=", name, " -addext 'subjectAltName=IP:127.0.0.1' -keyout ",
               name, ".key -out ", name, ".csr"));
    run(StrCat("x509 -req -in ", name, ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 ",
               "-copy_extensions copy -out ", name, ".pem"));
  }
}

}  // namespace kgw::plugin
