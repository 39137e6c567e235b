#ifndef KGW_KAP_MAPPER_QUESTIONNAIRE_RESPONSE_H_
#define KGW_KAP_MAPPER_QUESTIONNAIRE_RESPONSE_H_

#include "questionnaire.h"

namespace kgw::kap {

// The answers as they were given.
void WriteQuestionnaireResponse(Mapping& m, Node questionnaire, const Answers& answers,
                                const Occasion& occasion);

// Parts of the responses to our own forms, too.
void BeginResponse(Mapping& m, Role role, std::string_view form);
void WriteAbsentAnswer(Mapping& m, Code reason);  // inside "answer":[ ]

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_QUESTIONNAIRE_RESPONSE_H_
