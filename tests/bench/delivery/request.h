#ifndef TESTS_BENCH_DELIVERY_REQUEST_H_
#define TESTS_BENCH_DELIVERY_REQUEST_H_

#include <optional>
#include <string>
#include <string_view>

namespace kgw::bench {

// One HTTP request as a server sees it.
struct Request {
  std::string method;
  std::string path;
  std::string body;
};

// Takes one connection's bytes apart into requests. One thread.
class RequestReader {
 public:
  void Add(std::string_view bytes) { waiting_.append(bytes); }
  // The next whole request, or nothing yet. Dies at what is no HTTP/1.1 request with a length: what
  // is measured sends no other.
  std::optional<Request> Next();

 private:
  std::string waiting_;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_REQUEST_H_
