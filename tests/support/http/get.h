#ifndef TESTS_SUPPORT_HTTP_GET_H_
#define TESTS_SUPPORT_HTTP_GET_H_

#include <string>

namespace kgw::test {

struct HttpReply {
  long code = 0;
  std::string body;
  std::string type;
};

// GET, or another method, of http://ADDRESS/PATH; code 0 when there was no answer in 20 seconds.
HttpReply HttpGet(const std::string& address, const std::string& path,
                  const std::string& method = "GET");

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_HTTP_GET_H_
