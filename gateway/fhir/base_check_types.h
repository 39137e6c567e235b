#ifndef GATEWAY_FHIR_BASE_CHECK_TYPES_H_
#define GATEWAY_FHIR_BASE_CHECK_TYPES_H_

#include <cstdint>
#include <string_view>

// What base_check needs to know of single values.
namespace kgw::fhir::internal {

// Whether a primitive of R4 (an r4::TypeId) is written as a JSON string, number or true and false.
enum class JsonForm : uint8_t { kString, kNumber, kBoolean };
JsonForm FormOf(uint16_t type);

// Whether the value has the form of its type. `check_controls` is false when the value is known to
// hold no control characters, which JSON allows only as escapes.
bool HasFormOf(uint16_t type, std::string_view value, bool check_controls);

// How a value of the type looks, for a message: "a date such as 2024-05-17".
const char* Example(uint16_t type);

// The resourceType of the JSON object that begins at `offset`, found without parsing: the text may
// still turn out to be malformed. Empty when there is none.
std::string_view PeekResourceType(std::string_view text, size_t offset);

}  // namespace kgw::fhir::internal

#endif  // GATEWAY_FHIR_BASE_CHECK_TYPES_H_
