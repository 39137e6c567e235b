#ifndef GATEWAY_CTL_PROGRESS_H_
#define GATEWAY_CTL_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace kgw::ctl {

// A bar on stderr with count, rate and time left, redrawn a few times a second; on something other
// than a terminal a line every ten seconds. One thread.
class Progress {
 public:
  // `total` 0: not known.
  Progress(std::string what, int64_t total);
  ~Progress();  // leaves the last state on a line of its own

  void Set(int64_t done);
  // One fewer is to be done than was thought.
  void Skip() { total_ -= total_ > 0 ? 1 : 0; }

 private:
  void Draw(bool last);

  std::string what_;
  int64_t total_;
  int64_t done_ = 0;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_PROGRESS_H_
