#ifndef KGW_KAP_MAPPER_CHANGE_RULES_H_
#define KGW_KAP_MAPPER_CHANGE_RULES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "codes.h"

namespace kgw::kap {

enum class Verdict : uint8_t { kMet, kNotMet, kNotAssessable };

// What a rule says of a score and its baseline. Pure.
Verdict Judge(const RuleRow& rule, int baseline, std::optional<int> total);

// Fall against the baseline in percent of it, to one decimal; a rise is negative. Nothing for a
// baseline of 0.
std::optional<std::string> PercentChange(int baseline, int total);

// Whether a score is a case by the rule of this id.
bool IsCase(std::string_view rule_id, int total);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_CHANGE_RULES_H_
