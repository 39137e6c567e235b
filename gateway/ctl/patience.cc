#include "gateway/ctl/patience.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "absl/time/clock.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/exit_code.h"
#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

constexpr absl::Duration kBetweenWords = absl::Seconds(10);
constexpr absl::Duration kShortest = absl::Seconds(1);
constexpr absl::Duration kLongest = absl::Seconds(30);

void SayWhy(const absl::Status& reason, absl::Duration delay) {
  // Takes the place of a progress bar.
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
  SayToErrors("kapctl: the gateway answers %s: %s; trying again in %.3g s\n",
              absl::StatusCodeToString(reason.code()).c_str(),
              std::string(reason.message()).c_str(), absl::ToDoubleSeconds(delay));
  std::fflush(stderr);
}

}  // namespace

bool Patience::IsReason(const absl::Status& answer) const {
  if (absl::IsResourceExhausted(answer)) return !IsTooLarge(answer);
  if (!absl::IsUnavailable(answer)) return false;
  MutexLock lock(mutex_);
  return RetryDelayOf(answer) > absl::ZeroDuration() || since_ != absl::InfiniteFuture();
}

absl::Status Patience::Wait(const absl::Status& reason) {
  absl::Duration delay;
  {
    MutexLock lock(mutex_);
    const absl::Time now = absl::Now();
    since_ = std::min(since_, now);
    const absl::Duration waited = now - since_;
    if (waited >= limit_) {
      return absl::Status(reason.code(),
                          absl::string_view(StrCat(Std(reason.message()), " (waited ",
                                                   absl::ToInt64Seconds(waited), " s)")));
    }
    delay = RetryDelayOf(reason);
    if (delay <= absl::ZeroDuration()) delay = std::clamp(waited / 2, kShortest, kLongest);
    delay = std::min(delay, limit_ - waited);
    if (now - said_ >= kBetweenWords) {
      said_ = now;
      SayWhy(reason, delay);
    }
  }
  absl::SleepFor(delay);
  return absl::OkStatus();
}

void Patience::Progressed() {
  MutexLock lock(mutex_);
  since_ = absl::InfiniteFuture();
}

}  // namespace kgw::ctl
