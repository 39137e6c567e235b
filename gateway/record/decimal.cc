#include "gateway/record/decimal.h"

namespace kgw::record {
namespace {

// Wide enough for any two of ours: 36 digits and their alignment.
using Wide = __int128;
constexpr int kMaxDigits = 18;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Trailing zeros carry no value; without them aligning two numbers stays within range.
Decimal Reduced(Decimal d) {
  while (d.scale > 0 && d.digits % 10 == 0) {
    d.digits /= 10;
    --d.scale;
  }
  return d;
}

Wide PowerOfTen(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

int Sign(Wide value) { return value < 0 ? -1 : (value > 0 ? 1 : 0); }

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) {
    text.remove_prefix(1);
  }
  if (text.empty() || !IsDigit(text[0]) || !IsDigit(text.back())) {
    return std::nullopt;
  }
  if (text[0] == '0' && text.size() > 1 && text[1] != '.') {
    return std::nullopt;
  }
  Decimal result;
  int count = 0;
  bool after_point = false;
  for (char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!IsDigit(c) || ++count > kMaxDigits) {
      return std::nullopt;
    }
    result.digits = result.digits * 10 + (c - '0');
    result.scale += after_point ? 1 : 0;
  }
  if (negative) {
    result.digits = -result.digits;
  }
  return result;
}

int Compare(const Decimal& a, const Decimal& b) {
  // 18 digits moved by at most 18 places stay below 10^36.
  const Wide left = a.digits * (b.scale > a.scale ? PowerOfTen(b.scale - a.scale) : Wide{1});
  const Wide right = b.digits * (a.scale > b.scale ? PowerOfTen(a.scale - b.scale) : Wide{1});
  return Sign(left - right);
}

bool ProductEquals(const Decimal& a, const Decimal& b, const Decimal& c) {
  Wide product = Wide{a.digits} * b.digits;
  int scale = a.scale + b.scale;
  while (scale > 0 && product % 10 == 0) {
    product /= 10;
    --scale;
  }
  const Decimal other = Reduced(c);
  return product == other.digits && (product == 0 || scale == other.scale);
}

}  // namespace kgw::record
