#ifndef GATEWAY_RECORD_DECIMAL_H_
#define GATEWAY_RECORD_DECIMAL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace kgw::record {

// A decimal as digits and a scale: digits * 10^-scale. Exact; at most 18 digits.
struct Decimal {
  int64_t digits = 0;
  int scale = 0;
};

// Reads the form of options.proto: an optional minus, digits without a needless leading zero,
// perhaps a point and digits; no exponent; at most 18 digits. nullopt for anything else.
std::optional<Decimal> ParseDecimal(std::string_view text);

// Negative, zero or positive, as a is below, equal to or above b.
int Compare(const Decimal& a, const Decimal& b);
// Whether a * b equals c exactly.
bool ProductEquals(const Decimal& a, const Decimal& b, const Decimal& c);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_DECIMAL_H_
