#ifndef KGW_KAP_MAPPER_SESSION_PARTS_H_
#define KGW_KAP_MAPPER_SESSION_PARTS_H_

#include "mapping.h"
#include "vitals.h"

// What a session is made of, one file each.
namespace kgw::kap {

void MapOrder(Mapping& m, Node session);
void MapDispenses(Mapping& m, Node session);
// `first` is the id of the dose that also says what concerns the whole session.
void MapDoses(Mapping& m, Node session, std::string_view first);
// High blood pressure before the dose, and what was decided about it.
void MapPressure(Mapping& m, Node session, FirstDose dose);
void MapAdverseEvents(Mapping& m, Node session);
void MapDischarge(Mapping& m, Node session, FirstDose dose);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_SESSION_PARTS_H_
