#ifndef KGW_KAP_MAPPER_SCORES_H_
#define KGW_KAP_MAPPER_SCORES_H_

#include <array>
#include <optional>

#include "instruments.h"
#include "mapping.h"

namespace kgw::kap {

constexpr size_t kMostItems = 20;

// What a total can be.
struct TotalRange {
  int least = 0;
  int most = 0;
};

// The answers to one questionnaire, in the order of the form, and what they add up to.
struct Answers {
  const Definition* definition = nullptr;
  std::array<Node, kMostItems + 1> items;  // by number; absent: not on the list
  std::array<int, kMostItems + 1> values;  // points, 1 and 0 for yes and no, -1 without an answer
  std::string_view missing;  // MissingReason of the first scored item without an answer, or empty

  int value(int number) const { return values[static_cast<size_t>(number)]; }
  bool yes(int number) const { return value(number) == 1; }
  bool answered(int number) const { return value(number) >= 0; }
  // Sum of the scored items; nothing while one of them has no answer.
  std::optional<int> Total() const;
  // From what the answers given add up to, to what the missing ones could make of it.
  TotalRange Range() const;
};

// Reads and checks the answers of `questionnaire`, the `index`-th of its record. An answer that
// cannot be (a number the form has not, a score out of range, an item answered twice) parks the
// record.
Answers ReadAnswers(Mapping& m, const Definition& definition, Node questionnaire, size_t index);

// By the official triage card of the C-SSRS screener; the highest rule wins, nothing is summed.
struct SuicideRisk {
  std::string_view tier;  // what the answers prove; empty: nothing was answered yes
  std::string_view most;  // what the missing answers could make of it
  bool decided = false;   // no missing answer could raise the tier
};
SuicideRisk RiskOf(const Answers& answers);

// DSM-5 clusters of the PCL-5: one of B and C each, two of D and E each, an item counting from 2.
// Nothing while an item has no answer.
std::optional<bool> MeetsPcl5Clusters(const Answers& answers);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_SCORES_H_
