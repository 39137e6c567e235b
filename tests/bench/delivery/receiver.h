#ifndef TESTS_BENCH_DELIVERY_RECEIVER_H_
#define TESTS_BENCH_DELIVERY_RECEIVER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/delivery/far_side.h"
#include "tests/bench/delivery/request.h"

namespace kgw::bench {

// What came since counting began.
struct Received {
  int64_t requests = 0;
  int64_t transactions = 0;
  int64_t body_bytes = 0;                      // of the transactions
  std::vector<std::string> written;            // "Type/id" of each resource, as often as it came
  std::vector<std::string> bodies;             // of the first transactions
  double cpu_us = 0;                           // of the receiver's own thread
  std::chrono::steady_clock::time_point last;  // answer to a transaction
};

// The far side of the benchmark: one thread that answers each HTTP request as soon as it is whole,
// over connections that stay open. Its functions may be called by any other thread.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // "http://127.0.0.1:PORT/fhir"
  std::string url() const;

  // From now on requests wait for their answers, until Release.
  void Hold();
  void Release();
  // How many wait.
  int held();

  // Begins to count, and keeps the bodies of the first transactions.
  void Count(size_t bodies_kept);
  // Waits until so many transactions were answered. Dies when for a minute none comes.
  void WaitFor(int64_t transactions);
  // What was counted.
  Received Counted();

 private:
  void Serve();
  void Accept();
  void Read(int connection);
  void AnswerHeld();
  void Answer(int connection, Request request);
  void CountIn(Request& request, Heard& heard);
  void Wake();
  double CpuMicros();

  int port_ = 0;
  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  std::string chunk_;                     // the thread's own, as is the next one
  std::map<int, RequestReader> readers_;  // by connection
  std::mutex mutex_;                      // guards what follows
  std::condition_variable changed_;
  bool holding_ = false;
  bool stopping_ = false;
  int64_t awaited_ = 0;  // transactions; 0: nobody waits
  std::vector<std::pair<int, Request>> held_;
  size_t bodies_kept_ = 0;
  double cpu_before_ = 0;
  Received received_;
  std::thread thread_;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_RECEIVER_H_
