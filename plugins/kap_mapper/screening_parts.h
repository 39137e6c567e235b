#ifndef KGW_KAP_MAPPER_SCREENING_PARTS_H_
#define KGW_KAP_MAPPER_SCREENING_PARTS_H_

#include "mapping.h"

namespace kgw::kap {

// Each exclusion, present, denied, unknown or not asked, said aloud.
void MapExclusions(Mapping& m, Node screening);
void MapIndications(Mapping& m, Node screening);
// What the patient takes, and what was tried in vain.
void MapMedications(Mapping& m, Node screening);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_SCREENING_PARTS_H_
