#ifndef GATEWAY_RECORD_TYPES_H_
#define GATEWAY_RECORD_TYPES_H_

#include <string>
#include <string_view>
#include <vector>

namespace kgw::record {

// The types of record that kap.v1.Record can hold, in the order of the schema. Any thread; lives as
// long as the program.
const std::vector<std::string_view>& TypeNames();

// Which patient a record of this type and id is about: a Patient itself, an Organization or a
// Practitioner nobody (empty), any other the one it names. Views of the arguments.
std::string_view PatientOf(std::string_view type, std::string_view id, std::string_view named);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_TYPES_H_
