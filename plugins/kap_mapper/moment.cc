#include "moment.h"

namespace kgw::kap {
namespace {

std::optional<int> Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Days since 1970-01-01 in the Gregorian calendar.
int64_t DaysOf(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return int64_t{era} * 146097 + day_of_era - 719468;
}

std::optional<int64_t> OffsetOf(std::string_view zone) {
  if (zone == "Z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = Digits(zone, 1, 2);
  const auto minutes = Digits(zone, 4, 2);
  if (!hours || !minutes) return std::nullopt;
  const int64_t seconds = *hours * 3600 + *minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::optional<int64_t> SecondsOf(std::string_view instant) {
  if (instant.size() < 20 || instant[4] != '-' || instant[7] != '-' || instant[10] != 'T' ||
      instant[13] != ':' || instant[16] != ':') {
    return std::nullopt;
  }
  const auto year = Digits(instant, 0, 4), month = Digits(instant, 5, 2);
  const auto day = Digits(instant, 8, 2), hour = Digits(instant, 11, 2);
  const auto minute = Digits(instant, 14, 2), second = Digits(instant, 17, 2);
  size_t zone = 19;
  if (instant[zone] == '.') {
    ++zone;
    while (zone < instant.size() && instant[zone] >= '0' && instant[zone] <= '9') ++zone;
  }
  const auto offset = OffsetOf(instant.substr(zone));
  if (!year || !month || !day || !hour || !minute || !second || !offset) return std::nullopt;
  return DaysOf(*year, *month, *day) * 86400 + *hour * 3600 + *minute * 60 + *second - *offset;
}

std::optional<int64_t> MinutesBetween(std::string_view from, std::string_view to) {
  const auto begin = SecondsOf(from), end = SecondsOf(to);
  if (!begin || !end) return std::nullopt;
  const int64_t seconds = *end - *begin;
  return (seconds + (seconds < 0 ? -30 : 30)) / 60;
}

}  // namespace kgw::kap
