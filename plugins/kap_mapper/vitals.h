#ifndef KGW_KAP_MAPPER_VITALS_H_
#define KGW_KAP_MAPPER_VITALS_H_

#include "mapping.h"

namespace kgw::kap {

// The dose vitals are told against: the first that was given. Empty where there was none.
struct FirstDose {
  std::string_view id;
  std::string_view time;
};

// Each value of each reading as an Observation of its own; systolic and diastolic share one.
// `practitioner` performed what names nobody.
void MapVitals(Mapping& m, Node readings, FirstDose dose, std::string_view practitioner);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_VITALS_H_
