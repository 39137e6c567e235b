#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "tests/gateway/server/server_fixture.h"

namespace kgw::server {
namespace {

class ConnectionTest : public ServerFixture {};

// It opens as HTTP/2 does and then says nothing, as one whose network has gone.
TEST_F(ConnectionTest, OneThatGivesNoSignOfLifeIsClosed) {
  GrpcOptions options;
  options.silence = absl::Milliseconds(900);
  Serve({.grpc = options});
  const int caller = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  const std::string& address = server_->address();
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  ASSERT_EQ(connect(caller, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  constexpr std::string_view kOpening("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  ASSERT_EQ(send(caller, kOpening.data(), kOpening.size(), MSG_NOSIGNAL), 33);
  const timeval patience{20, 0};
  setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  char buffer[4096];
  ssize_t got = 0;
  while ((got = recv(caller, buffer, sizeof(buffer), 0)) > 0) {
  }
  EXPECT_TRUE(got == 0 || errno == ECONNRESET) << errno;
  close(caller);
}

}  // namespace
}  // namespace kgw::server
