#ifndef KGW_KAP_MAPPER_QUESTIONNAIRE_H_
#define KGW_KAP_MAPPER_QUESTIONNAIRE_H_

#include <optional>

#include "scores.h"

namespace kgw::kap {

// What questionnaires of a record share.
struct Occasion {
  std::string_view practitioner;  // performer where a questionnaire names none
  Node time_point;                // the outcome that has timePoint and timePointLabel, or absent
};

// What a questionnaire came to.
struct Result {
  const Definition* definition = nullptr;  // nullptr: not mapped
  std::string_view id;
  std::string_view time;
  std::optional<int> total;
};

// Writes one questionnaire: its QuestionnaireResponse and the Observations of its scores. Claimed
// results that contradict the answers park the record.
Result MapQuestionnaire(Mapping& m, Node questionnaire, size_t index, const Occasion& occasion);

// The extension kap-timepoint, as an element of an open list; nothing where there is none.
void WriteTimePoint(Mapping& m, Node outcome);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_QUESTIONNAIRE_H_
