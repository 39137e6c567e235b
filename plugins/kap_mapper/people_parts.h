#ifndef KGW_KAP_MAPPER_PEOPLE_PARTS_H_
#define KGW_KAP_MAPPER_PEOPLE_PARTS_H_

#include "mapping.h"

// Names, addresses and numbers, which people and organizations share.
namespace kgw::kap {

void WriteNames(Mapping& m, Node names);
void WriteTelecoms(Mapping& m, Node telecoms);
void WriteAddresses(Mapping& m, Node addresses);
void WriteName(Mapping& m, Node name);        // one object, without a key
void WriteAddress(Mapping& m, Node address);  // the same
// Elements of an open list of identifiers.
void WriteIdentifiers(Mapping& m, Node identifiers);
void WriteNpi(Mapping& m, std::string_view npi);
// One identifier; `type` is a code of HL7 table 0203 or empty. Reads system, value, assigner,
// assignerName and period of the node.
void WriteIdentifier(Mapping& m, Node identifier, std::string_view type);
// The list "communication" or "language" of bare language codes; `preferred` marks the first.
void WriteGender(Mapping& m, Node person);
void WriteLanguage(Mapping& m, std::string_view key, std::string_view language);
// A list of NUCC codes as concepts.
void WriteSpecialties(Mapping& m, Node specialties);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_PEOPLE_PARTS_H_
