#ifndef GATEWAY_RECORD_CHECK_DIGITS_H_
#define GATEWAY_RECORD_CHECK_DIGITS_H_

#include <string_view>

// The check digits of the numbers in records. Arguments are digits only, unless it says otherwise.
namespace kgw::record {

// SNOMED CT: Verhoeff over the whole number.
bool HasVerhoeffDigit(std::string_view digits);
// National Provider Identifier: Luhn over 80840 and the ten digits.
bool HasNpiDigit(std::string_view ten_digits);
// DEA registration: the last digit is that of (1st + 3rd + 5th) + 2 * (2nd + 4th + 6th).
bool HasDeaDigit(std::string_view seven_digits);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_CHECK_DIGITS_H_
