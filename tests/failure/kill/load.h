#ifndef TESTS_FAILURE_KILL_LOAD_H_
#define TESTS_FAILURE_KILL_LOAD_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kap/v1/record.pb.h"

namespace kgw {

// Sends records with many calls unanswered, and remembers every receipt that was given. A gateway
// that dies answers the rest with UNAVAILABLE: they are sent again by the next round.
class Load {
 public:
  // "ID/VERSION" of a record.
  static std::string KeyOf(const kap::v1::Record& record);
  // Receipts by KeyOf, over all rounds. A record answered twice must get the same receipt.
  const std::map<std::string, std::string>& receipts() const { return receipts_; }
  int contradictions() const { return contradictions_; }

  // Starts sending those of `records` that have no receipt yet. Wait() ends the round.
  void Start(const std::string& server, const std::vector<kap::v1::Record>& records, int in_flight);
  int answered() const;    // in this round
  int unanswered() const;  // calls that are out now
  // Waits until no call is out; answers how many of the round failed.
  int Wait();

 private:
  struct Round;
  void Next(const std::shared_ptr<Round>& round);

  mutable std::mutex mutex_;
  std::shared_ptr<Round> round_;
  std::map<std::string, std::string> receipts_;
  int contradictions_ = 0;
};

}  // namespace kgw

#endif  // TESTS_FAILURE_KILL_LOAD_H_
