#ifndef TESTS_BENCH_DELIVERY_ROUND_H_
#define TESTS_BENCH_DELIVERY_ROUND_H_

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/delivery/receiver.h"
#include "tests/bench/delivery/settings.h"

namespace kgw::bench {

// What one round costs; "a delivery" is one session's.
struct DeliveryRound {
  double per_second = 0;
  double cpu_us = 0;           // of a delivery, of the gateway or of libcurl alone
  double receiver_cpu_us = 0;  // of a delivery
  double receiver_busy = 0;    // share of the time in which the receiver's thread worked, at most 1
  double requests = 0;         // of a delivery
  double body_bytes = 0;       // of a delivery's transaction
  double resources = 0;        // of a delivery
  double disk_bytes = 0;       // written by the gateway for a delivery
  double peak_megabytes = 0;
};

// Makes the rounds over one set of records and one receiver. Dies where something is lost or comes
// twice. Stores lie in a folder that goes with the object.
class DeliveryRounds {
 public:
  explicit DeliveryRounds(const Settings& settings);
  ~DeliveryRounds();
  DeliveryRounds(const DeliveryRounds&) = delete;
  DeliveryRounds& operator=(const DeliveryRounds&) = delete;

  // A new gateway of the build in this folder delivers all sessions, which have been committed
  // before the clock starts; connections are open, and what the sessions name lies at the far side.
  DeliveryRound Gateway(const std::filesystem::path& build);
  // libcurl alone posts what the last gateway posted. Needs a round of a gateway before it.
  DeliveryRound Bare();

 private:
  std::string NewConfiguration();
  void CheckReceived(const Received& received) const;

  const Settings& settings_;
  const std::filesystem::path folder_;
  const std::vector<std::string> surroundings_;
  const std::vector<std::string> sessions_;
  const size_t resources_;  // of a session
  Receiver receiver_;
  std::vector<std::string> bodies_;
  int stores_ = 0;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_DELIVERY_ROUND_H_
