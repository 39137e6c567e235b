#include "gateway/record/invariants.h"
#include "kap/v1/common.pb.h"
#include "kap/v1/visit.pb.h"

namespace kgw::record {
namespace {

using kap::v1::Participant;
using kap::v1::Phase;
using kap::v1::Reason;
using kap::v1::Visit;
using kap::v1::VisitNote;

void CheckVisit(const Node& visit, Findings& findings) {
  for (const Node& period : visit.All(Visit::kPeriodFieldNumber)) {
    if (!period.Has(kap::v1::Period::kStartFieldNumber)) {
      findings.Error("required", period.Path("start"), "is missing");
    }
  }
}

void CheckPhase(const Node& phase, Findings& findings) {
  CheckOrder(phase, Phase::kStartFieldNumber, Phase::kEndFieldNumber, findings);
}

void CheckParticipant(const Node& participant, Findings& findings) {
  CheckOrder(participant, Participant::kInTimeFieldNumber, Participant::kOutTimeFieldNumber,
             findings);
}

void CheckReason(const Node& reason, Findings& findings) {
  if (!reason.Has(Reason::kIcd10CmFieldNumber) && !reason.Has(Reason::kSnomedFieldNumber) &&
      !reason.Has(Reason::kTextFieldNumber) && !reason.Has(Reason::kIndicationFieldNumber)) {
    findings.Error("required", reason.Path(), "needs a code, a text or an indication");
  }
}

void CheckNote(const Node& note, Findings& findings) {
  CheckTogether(note, VisitNote::kSignedTimeFieldNumber, VisitNote::kSignedByFieldNumber, findings);
  CheckOrder(note, VisitNote::kWrittenTimeFieldNumber, VisitNote::kSignedTimeFieldNumber, findings);
}

constexpr Invariant kInvariants[] = {{"Visit", CheckVisit},
                                     {"Phase", CheckPhase},
                                     {"Participant", CheckParticipant},
                                     {"Reason", CheckReason},
                                     {"VisitNote", CheckNote}};

}  // namespace

std::span<const Invariant> VisitInvariants() { return kInvariants; }

}  // namespace kgw::record
