#ifndef KGW_KAP_MAPPER_MEDICINE_H_
#define KGW_KAP_MAPPER_MEDICINE_H_

#include "mapping.h"

namespace kgw::kap {

// "contained":[Medication] with form, ingredient, strength and batch, and a reference to it.
void WriteMedicine(Mapping& m, Node medicine, std::string_view lot, std::string_view expires);

// The word for one unit of a medicine, e.g. "lozenge".
std::string_view UnitOf(Node medicine);

// "dose":{mg} of UCUM.
void WriteMg(Mapping& m, std::string_view key, std::string_view mg);

// A quantity of units, e.g. lozenges, or of mL for an injection.
void WriteUnits(Mapping& m, std::string_view key, std::string_view count, Node medicine);

// Whether `whole` is what `each` times `count` makes; true where one of them is not there.
bool MultipliesTo(std::string_view each, std::string_view count, std::string_view whole);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_MEDICINE_H_
