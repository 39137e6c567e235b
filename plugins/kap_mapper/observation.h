#ifndef KGW_KAP_MAPPER_OBSERVATION_H_
#define KGW_KAP_MAPPER_OBSERVATION_H_

#include "mapping.h"

// Parts that many Observations share.
namespace kgw::kap {

// status final, category, subject, encounter, effectiveDateTime.
void WriteObservationHead(Mapping& m, Code category, std::string_view time);
// The actor, else the practitioner, else nothing.
void WritePerformer(Mapping& m, Node actor, std::string_view practitioner);
// {score} of UCUM.
void WriteScore(Mapping& m, int value);
void WriteAbsent(Mapping& m, Code reason);
// Which rule, in which version, made a result: extension workflow-instantiatesCanonical, as an
// element of an open list of extensions.
void WriteRuleExtension(Mapping& m, std::string_view rule, std::string_view version);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_OBSERVATION_H_
