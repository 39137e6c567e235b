#ifndef GATEWAY_RECORD_JSON_TEXT_H_
#define GATEWAY_RECORD_JSON_TEXT_H_

#include <string>

#include "gateway/record/tree.h"

namespace kgw::record {

// The canonical JSON: proto3's mapping (lowerCamelCase names, enumerations by name, 64-bit integers
// as text), fields by number, no blanks. What is present is written, 0 and false too.
std::string JsonText(const Tree& tree);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_JSON_TEXT_H_
