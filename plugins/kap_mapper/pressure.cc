#include <algorithm>
#include <vector>

#include "moment.h"
#include "session_parts.h"

namespace kgw::kap {
namespace {

constexpr int kSystolicLimit = 140;
constexpr int kDiastolicLimit = 90;
constexpr Role kRole{"bp-pre-high", {}};

bool IsBefore(Node reading, FirstDose dose) {
  if (reading.text("slot") == "VITALS_SLOT_BEFORE_DOSE" || dose.id.empty()) return true;
  const auto at = SecondsOf(reading.text("time")), given = SecondsOf(dose.time);
  return at && given && *at < *given;
}

bool IsHigh(Node reading) {
  return reading.number("systolicMmhg").value_or(0) > kSystolicLimit ||
         reading.number("diastolicMmhg").value_or(0) > kDiastolicLimit;
}

std::vector<Node> HighBefore(Node session, FirstDose dose) {
  std::vector<Node> high;
  for (const Node reading : session["vitals"]) {
    if (IsBefore(reading, dose) && IsHigh(reading)) high.push_back(reading);
  }
  return high;
}

std::string_view Earliest(const std::vector<Node>& readings) {
  return std::ranges::min_element(readings, {},
                                  [](Node reading) { return SecondsOf(reading.text("time")); })
      ->text("time");
}

void WriteDecision(Mapping& m, Node decision) {
  if (!decision) return;
  Out& out = m.out();
  out.BeginList("mitigation");
  out.Begin();
  m.ConceptOf("action", decision.text("action"), decision.text("reason"));
  out.Text("date", decision.text("decidedTime"));
  m.Practitioner("author", decision.text("decidedBy"));
  out.End();
  out.EndList();
}

}  // namespace

void MapPressure(Mapping& m, Node session, FirstDose dose) {
  const std::vector<Node> high = HighBefore(session, dose);
  const Node decision = session["pressureDecision"];
  if (high.empty() && !decision) return;
  if (!high.empty()) {
    m.Warn("business-rule", "session.vitals",
           decision ? "Blood pressure before the dose was above 140/90 mm[Hg]; a decision is "
                      "recorded."
                    : "Blood pressure before the dose was above 140/90 mm[Hg] and no decision "
                      "about it is recorded.");
  }
  Out& out = m.Begin("DetectedIssue", kRole, "");
  out.Plain("status", "final");
  m.Concept("code", Code::kSafetyBp);
  out.Plain("severity", "moderate");
  m.Patient("patient");
  out.Text("identifiedDateTime", high.empty() ? decision.text("decidedTime") : Earliest(high));
  if (!high.empty()) {
    out.BeginList("implicated");
    for (const Node reading : high) m.Self("", "Observation", {"bp", reading.text("id")});
    out.EndList();
  }
  WriteDecision(m, decision);
  m.Finish();
  if (!high.empty()) m.Signal(Code::kSafetyBp, "DetectedIssue", kRole);
}

}  // namespace kgw::kap
