#ifndef TESTS_BENCH_DELIVERY_BARE_CURL_H_
#define TESTS_BENCH_DELIVERY_BARE_CURL_H_

#include <string>
#include <vector>

namespace kgw::bench {

struct BareCost {
  double seconds = 0;
  double cpu_us = 0;  // of one request, on this thread
};

// What a delivery cannot cost less than: libcurl's multi loop that posts the bodies in turn,
// `count` times altogether, with so many unanswered at any time, over connections that stay open.
// It makes, looks up, journals and checks nothing but the status. Dies at an answer that is not
// 200.
BareCost PostBare(const std::string& url, const std::vector<std::string>& bodies, int count,
                  int in_flight);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_BARE_CURL_H_
