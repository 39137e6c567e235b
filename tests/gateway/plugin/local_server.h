#ifndef TESTS_GATEWAY_PLUGIN_LOCAL_SERVER_H_
#define TESTS_GATEWAY_PLUGIN_LOCAL_SERVER_H_

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

// A scripted HTTP server on 127.0.0.1 for one test: what it does with a connection is a function.
namespace kgw::plugin {

// One accepted connection, plain or TLS.
class Connection {
 public:
  Connection(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
  // A whole request by its Content-Length; empty when the other side is gone.
  std::string ReadRequest();
  void Write(const std::string& bytes);
  // A 200 answer with that body.
  void Answer(const std::string& body);

 private:
  int Read(char* buffer, int size);
  int fd_;
  SSL* ssl_;
  std::string pending_;
};

struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string client_ca;  // clients must show a certificate of it; empty: none is asked for
};

class LocalServer {
 public:
  using Script = std::function<void(Connection&)>;

  // Runs `script` for each connection, one after another, and closes it then.
  explicit LocalServer(Script script);
  LocalServer(Script script, const TlsFiles& tls);
  ~LocalServer();

  int port() const { return port_; }
  std::string url(const std::string& path = "/") const;
  int connections() const { return connections_; }

 private:
  void Listen();
  void Serve();
  void ServeOne(int fd);

  Script script_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  int current_ = -1;  // the connection being served, under the mutex
  std::thread thread_;
};

// A certificate authority of the test's own in `folder`: ca.pem, server.pem and server.key for
// 127.0.0.1, client.pem and client.key. Made once with the openssl program.
void MakeCertificates(const std::string& folder);

}  // namespace kgw::plugin

#endif  // TESTS_GATEWAY_PLUGIN_LOCAL_SERVER_H_
