#include "gateway/record/times.h"

#include <chrono>

namespace kgw::record {
namespace {

constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kMaxOffsetSeconds = 14 * 3600;  // a day begins at +14:00 first
constexpr int64_t kMinOffsetSeconds = 12 * 3600;  // and ends at -12:00 last

// Takes fixed-width pieces off a text; false once anything does not fit.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  size_t left() const { return rest_.size(); }

  bool Number(size_t digits, int low, int high, int& value) {
    if (rest_.size() < digits) {
      return false;
    }
    value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        return false;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value >= low && value <= high;
  }

  bool Char(char c) {
    if (rest_.empty() || rest_[0] != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  // One to nine digits after a point, as billionths.
  bool Fraction(int32_t& nanos) {
    size_t digits = 0;
    nanos = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      nanos = digits < 9 ? nanos * 10 + (rest_[digits] - '0') : nanos;
    }
    rest_.remove_prefix(digits);
    for (size_t i = digits; i < 9; ++i) {
      nanos *= 10;
    }
    return digits >= 1 && digits <= 9;
  }

 private:
  std::string_view rest_;
};

int64_t DaySeconds(int year, int month, int day) {
  using std::chrono::sys_days;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return int64_t{sys_days(date).time_since_epoch().count()} * kDaySeconds;
}

int DaysIn(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = std::chrono::year(year).is_leap();
  return month == 2 && leap ? 29 : kDays[month - 1];
}

Moment Span(Precision precision, int64_t begin, int64_t end) {
  return {precision, begin, end - 1, 0};
}

bool Offset(Reader& reader, int64_t& seconds) {
  seconds = 0;
  if (reader.Char('Z')) {
    return true;
  }
  const bool east = reader.Char('+');
  int hours = 0;
  int minutes = 0;
  if ((!east && !reader.Char('-')) || !reader.Number(2, 0, 14, hours) || !reader.Char(':') ||
      !reader.Number(2, 0, hours == 14 ? 0 : 59, minutes)) {
    return false;
  }
  seconds = (int64_t{hours} * 60 + minutes) * 60 * (east ? 1 : -1);
  return true;
}

std::optional<Moment> ClockTime(Reader& reader, int64_t day_seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t offset = 0;
  Moment moment;
  if (!reader.Char('T') || !reader.Number(2, 0, 23, hour) || !reader.Char(':') ||
      !reader.Number(2, 0, 59, minute) || !reader.Char(':') || !reader.Number(2, 0, 59, second) ||
      (reader.Char('.') && !reader.Fraction(moment.nanos)) || !Offset(reader, offset) ||
      !reader.done()) {
    return std::nullopt;
  }
  moment.earliest = day_seconds + hour * 3600 + minute * 60 + second - offset;
  moment.latest = moment.earliest;
  return moment;
}

}  // namespace

std::optional<Moment> ParseDateTime(std::string_view text) {
  Reader reader(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!reader.Number(4, 1, 9999, year)) {
    return std::nullopt;
  }
  if (reader.done()) {
    return Span(Precision::kYear, DaySeconds(year, 1, 1), DaySeconds(year + 1, 1, 1));
  }
  if (!reader.Char('-') || !reader.Number(2, 1, 12, month)) {
    return std::nullopt;
  }
  if (reader.done()) {
    const int64_t first = DaySeconds(year, month, 1);
    return Span(Precision::kMonth, first, first + DaysIn(year, month) * kDaySeconds);
  }
  if (!reader.Char('-') || !reader.Number(2, 1, DaysIn(year, month), day)) {
    return std::nullopt;
  }
  const int64_t day_seconds = DaySeconds(year, month, day);
  if (reader.done()) {
    return Span(Precision::kDay, day_seconds, day_seconds + kDaySeconds);
  }
  return ClockTime(reader, day_seconds);
}

bool SurelyAfter(const Moment& a, const Moment& b) {
  const bool a_floats = a.precision != Precision::kInstant;
  const bool b_floats = b.precision != Precision::kInstant;
  if (!a_floats && !b_floats && a.earliest == b.latest) {
    return a.nanos > b.nanos;
  }
  const int64_t earliest = a.earliest - (a_floats && !b_floats ? kMaxOffsetSeconds : 0);
  const int64_t latest = b.latest + (b_floats && !a_floats ? kMinOffsetSeconds : 0);
  return earliest > latest;
}

}  // namespace kgw::record
