#ifndef PLUGINS_FHIR_REST_OUTCOME_H_
#define PLUGINS_FHIR_REST_OUTCOME_H_

#include <string>
#include <string_view>

#include "answer.h"
#include "failure.h"
#include "json.h"

namespace kgw::fhir_rest {

// What is kept of the far side's words, in bytes.
inline constexpr size_t kLongestWords = 4096;

// The issues of an OperationOutcome as one line; empty when it is none.
std::string WordsOf(const Json& outcome);
// The same of any body: an OperationOutcome, else its text without mark-up, always valid UTF-8.
std::string WordsOfBody(std::string_view body, const Json& json);

// What an answer that is not a success means for the delivery.
Failure FailureOf(const Answer& answer);
// The same of one entry of a Bundle.
Failure FailureOf(int status, const Json& outcome);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_OUTCOME_H_
