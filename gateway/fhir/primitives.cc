#include "gateway/fhir/primitives.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kgw::fhir {
namespace {

constexpr int64_t kInt32Max = 2147483647;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsAlphanumeric(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Digits without a leading zero; false when there are none.
bool TakeWhole(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  if (count == 0 || (count > 1 && text[0] == '0')) return false;
  text.remove_prefix(count);
  return true;
}

bool TakeDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool Take(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Exactly `width` digits as a number from `low` to `high`.
bool TakeNumber(std::string_view& text, size_t width, int low, int high, int* number) {
  if (text.size() < width) return false;
  int value = 0;
  for (size_t i = 0; i < width; ++i) {
    if (!IsDigit(text[i])) return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  *number = value;
  return value >= low && value <= high;
}

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

enum class DatePart { kNone, kYear, kMonth, kDay };

// The longest date at the front; kNone when it is malformed.
DatePart TakeDate(std::string_view& text) {
  int year, month, day;
  if (!TakeNumber(text, 4, 1, 9999, &year)) return DatePart::kNone;
  if (!Take(text, '-')) return DatePart::kYear;
  if (!TakeNumber(text, 2, 1, 12, &month)) return DatePart::kNone;
  if (!Take(text, '-')) return DatePart::kMonth;
  if (!TakeNumber(text, 2, 1, DaysIn(year, month), &day)) return DatePart::kNone;
  return DatePart::kDay;
}

bool TakeTime(std::string_view& text) {
  int ignored;
  // Second 60 is a leap second.
  if (!TakeNumber(text, 2, 0, 23, &ignored) || !Take(text, ':') ||
      !TakeNumber(text, 2, 0, 59, &ignored) || !Take(text, ':') ||
      !TakeNumber(text, 2, 0, 60, &ignored)) {
    return false;
  }
  return !Take(text, '.') || TakeDigits(text);
}

bool TakeOffset(std::string_view& text) {
  if (Take(text, 'Z')) return true;
  if (!Take(text, '+') && !Take(text, '-')) return false;
  int hours, minutes;
  return TakeNumber(text, 2, 0, 14, &hours) && Take(text, ':') &&
         TakeNumber(text, 2, 0, hours == 14 ? 0 : 59, &minutes);
}

bool IsWholeWithin(std::string_view text, int64_t low, int64_t high) {
  const bool negative = Take(text, '-');
  if (text.empty() || text.size() > 10 || (text.size() > 1 && text[0] == '0')) return false;
  int64_t value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (negative) value = -value;
  return value >= low && value <= high;
}

// Whether a byte is at most a blank; eight at once, since URIs are much of a resource's text.
bool HasBlankOrControl(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    if (((word - kOnes * 0x21) & ~word & kOnes * 0x80) != 0) return true;
  }
  return std::any_of(at, end, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

}  // namespace

bool IsInteger(std::string_view text) { return IsWholeWithin(text, -kInt32Max - 1, kInt32Max); }
bool IsUnsignedInt(std::string_view text) { return IsWholeWithin(text, 0, kInt32Max); }
bool IsPositiveInt(std::string_view text) { return IsWholeWithin(text, 1, kInt32Max); }

bool IsDecimal(std::string_view text) {
  Take(text, '-');
  if (!TakeWhole(text)) return false;
  if (Take(text, '.') && !TakeDigits(text)) return false;
  if (Take(text, 'e') || Take(text, 'E')) {
    if (!Take(text, '+')) Take(text, '-');
    if (!TakeDigits(text)) return false;
  }
  return text.empty();
}

bool IsString(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  return !text.empty();
}

bool IsCode(std::string_view text) {
  if (!text.empty() && !HasBlankOrControl(text)) return true;
  if (text.empty() || IsSpace(text.front()) || IsSpace(text.back())) return false;
  for (size_t i = 1; i < text.size(); ++i) {
    if (IsSpace(text[i]) && IsSpace(text[i - 1])) return false;
  }
  return true;
}

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    if (!IsAlphanumeric(c) && c != '-' && c != '.') return false;
  }
  return true;
}

bool IsUri(std::string_view text) { return !text.empty() && !HasBlankOrControl(text); }

bool IsOid(std::string_view text) {
  if (!TakePrefix(text, "urn:oid:") || text.empty() || text[0] < '0' || text[0] > '2') return false;
  text.remove_prefix(1);
  do {
    if (!Take(text, '.') || !TakeWhole(text)) return false;
  } while (!text.empty());
  return true;
}

bool IsUuid(std::string_view text) {
  if (!TakePrefix(text, "urn:uuid:") || text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

bool IsBase64(std::string_view text) {
  size_t count = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (IsSpace(c)) continue;
    if (c == '=') {
      ++padding;
    } else if (padding > 0 || (!IsAlphanumeric(c) && c != '+' && c != '/')) {
      return false;
    }
    ++count;
  }
  return count > 0 && count % 4 == 0 && padding <= 2;
}

bool IsDate(std::string_view text) { return TakeDate(text) != DatePart::kNone && text.empty(); }

bool IsDateTime(std::string_view text) {
  const DatePart part = TakeDate(text);
  if (part == DatePart::kNone) return false;
  if (text.empty()) return true;
  return part == DatePart::kDay && Take(text, 'T') && TakeTime(text) && TakeOffset(text) &&
         text.empty();
}

bool IsInstant(std::string_view text) {
  return TakeDate(text) == DatePart::kDay && Take(text, 'T') && TakeTime(text) &&
         TakeOffset(text) && text.empty();
}

bool IsTime(std::string_view text) { return TakeTime(text) && text.empty(); }

}  // namespace kgw::fhir
