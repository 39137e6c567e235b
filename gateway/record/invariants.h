#ifndef GATEWAY_RECORD_INVARIANTS_H_
#define GATEWAY_RECORD_INVARIANTS_H_

#include <span>
#include <string_view>

#include "gateway/record/findings.h"
#include "gateway/record/tree.h"

namespace kgw::record {

// What must hold between fields and cannot be said of one alone: ends after begins, answers that
// fit their questionnaire, a reason for a dose that was not given.
void CheckInvariants(const Tree& tree, Findings& findings);

// What must hold in each message of one type.
struct Invariant {
  std::string_view message;
  void (*check)(const Node& node, Findings& findings);
};

std::span<const Invariant> EnvelopeInvariants();
std::span<const Invariant> PeopleInvariants();
std::span<const Invariant> QuestionnaireInvariants();
std::span<const Invariant> ScreeningInvariants();
std::span<const Invariant> VisitInvariants();
std::span<const Invariant> SessionInvariants();
std::span<const Invariant> OutcomeInvariants();

// An error at `end` when it lies before `start`; both are fields of `node`.
void CheckOrder(const Node& node, int start, int end, Findings& findings);
// An error where one of the two is there without the other.
void CheckTogether(const Node& node, int one, int other, Findings& findings);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_INVARIANTS_H_
