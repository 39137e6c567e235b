#ifndef GATEWAY_FHIR_PRIMITIVES_H_
#define GATEWAY_FHIR_PRIMITIVES_H_

#include <string_view>

// The written forms of R4's primitive types (http://hl7.org/fhir/R4/datatypes.html), checked
// without regular expressions. Input is UTF-8 as JSON gives it: unescaped for strings, as written
// for numbers. The empty text is never valid.
namespace kgw::fhir {

bool IsInteger(std::string_view text);      // 32 bits, no sign +, no leading zeros
bool IsUnsignedInt(std::string_view text);  // 0 to 2147483647
bool IsPositiveInt(std::string_view text);  // 1 to 2147483647
bool IsDecimal(std::string_view text);      // with exponent or without; no leading zeros

bool IsString(std::string_view text);  // no control characters but tab, line feed, carriage return
bool IsCode(std::string_view text);    // no white space at either end, single ones inside
bool IsId(std::string_view text);      // 1 to 64 of letters, digits, "-" and "."
bool IsUri(std::string_view text);     // no white space
bool IsOid(std::string_view text);     // urn:oid:1.2.3
bool IsUuid(std::string_view text);    // urn:uuid:..., lower or upper case
bool IsBase64(std::string_view text);  // white space allowed between characters

// Dates are checked against the calendar; a time of day needs seconds, and in a dateTime an offset.
bool IsDate(std::string_view text);      // 2024, 2024-05 or 2024-05-17
bool IsDateTime(std::string_view text);  // a date, or 2024-05-17T09:30:00.5+02:00
bool IsInstant(std::string_view text);   // 2024-05-17T09:30:00Z
bool IsTime(std::string_view text);      // 09:30:00

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_PRIMITIVES_H_
