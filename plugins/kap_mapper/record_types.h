#ifndef KGW_KAP_MAPPER_RECORD_TYPES_H_
#define KGW_KAP_MAPPER_RECORD_TYPES_H_

#include "mapping.h"

// One function for each type of record: writes all its resources but the Provenance.
namespace kgw::kap {

void MapOrganization(Mapping& m);
void MapPractitioner(Mapping& m);
void MapPatient(Mapping& m);
void MapScreening(Mapping& m);
void MapVisit(Mapping& m);
void MapSession(Mapping& m);
void MapOutcome(Mapping& m);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_RECORD_TYPES_H_
