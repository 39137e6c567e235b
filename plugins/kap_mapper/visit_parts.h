#ifndef KGW_KAP_MAPPER_VISIT_PARTS_H_
#define KGW_KAP_MAPPER_VISIT_PARTS_H_

#include "mapping.h"

namespace kgw::kap {

// The extensions of the Encounter, phases first.
void WriteEncounterExtensions(Mapping& m, Node visit);
// reasonCode and reasonReference, which Encounter and Procedure have alike.
void WriteVisitReasons(Mapping& m, Node visit);
// Psychotherapy in a finished integration visit. No other kind of visit says by itself that a
// service was done.
void MapService(Mapping& m, Node visit);
// ChargeItems and the Account they belong to.
void MapCharges(Mapping& m, Node visit);
// The copy of a visit that a person can read.
void MapVisitNote(Mapping& m, Node visit);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_VISIT_PARTS_H_
