#include "gateway/ctl/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace kgw::ctl {
namespace {

using std::chrono::steady_clock;
constexpr int kWidth = 30;

std::string Left(double seconds) {
  char text[32];
  const auto whole = static_cast<int64_t>(seconds);
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%dh%02dm", static_cast<int>(whole / 3600),
                  static_cast<int>(whole / 60 % 60));
  } else {
    std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(whole / 60),
                  static_cast<int>(whole % 60));
  }
  return text;
}

}  // namespace

Progress::Progress(std::string what, int64_t total)
    : what_(std::move(what)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(steady_clock::now()),
      last_drawn_(start_) {}

Progress::~Progress() {
  if (terminal_ || drawn_) Draw(/*last=*/true);
}

void Progress::Set(int64_t done) {
  done_ = done;
  const auto now = steady_clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
  if (now - last_drawn_ < pause) return;
  last_drawn_ = now;
  Draw(/*last=*/false);
}

void Progress::Draw(bool last) {
  drawn_ = true;
  const std::chrono::duration<double> spent = steady_clock::now() - start_;
  const double rate = spent.count() > 0 ? static_cast<double>(done_) / spent.count() : 0;
  std::string line = what_ + " ";
  if (total_ > 0) {
    const int filled = static_cast<int>(std::min<int64_t>(done_ * kWidth / total_, kWidth));
    line += "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "] " +
            std::to_string(done_) + "/" + std::to_string(total_);
  } else {
    line += std::to_string(done_);
  }
  char tail[64];
  std::snprintf(tail, sizeof tail, "  %.0f/s", rate);
  line += tail;
  if (total_ > done_ && rate > 0) line += "  " + Left((total_ - done_) / rate) + " left";
  std::fprintf(stderr, terminal_ ? "\r%s\033[K%s" : "%s%s", line.c_str(),
               last || !terminal_ ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace kgw::ctl
