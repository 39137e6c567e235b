#include <algorithm>
#include <iterator>
#include <string>

#include "flag.h"
#include "observation.h"
#include "score_parts.h"

namespace kgw::kap {
namespace {

struct Tier {
  std::string_view name;
  std::string_view word;
};
constexpr Tier kTiers[] = {{"", ""},
                           {"SUICIDE_RISK_NONE_IDENTIFIED", "none identified"},
                           {"SUICIDE_RISK_LOW", "low"},
                           {"SUICIDE_RISK_MODERATE", "moderate"},
                           {"SUICIDE_RISK_HIGH", "high"}};

// Higher is worse; 0 where nothing is said.
size_t RankOf(std::string_view tier) {
  const auto* found = std::ranges::find(kTiers, tier, &Tier::name);
  return found == std::end(kTiers) ? 0 : static_cast<size_t>(found - std::begin(kTiers));
}

Code SignalOf(std::string_view tier) {
  return tier == "SUICIDE_RISK_HIGH" ? Code::kSafetyCssrsHigh : Code::kSafetyCssrsModerate;
}

void Alert(const Work& w, std::string_view tier, bool decided) {
  const Role role{"score", w.id};
  if (RankOf(tier) >= RankOf("SUICIDE_RISK_MODERATE")) {
    WriteFlag(w.m, {"suicide-risk", w.id}, SignalOf(tier), w.time, {"Observation", role});
    w.m.Signal(SignalOf(tier), "Observation", role);
  }
  if (!decided) w.m.Signal(Code::kSafetyCssrsIncomplete, "Observation", role);
}

void WriteTier(Mapping& m, std::string_view tier) {
  const auto codes = CodesOf(tier);
  // Our own tier stands beside LOINC's answer; "none identified" has no answer there.
  if (codes.size() == 2) {
    m.Concept("valueCodeableConcept", codes[1], codes[0]);
  } else {
    m.Concept("valueCodeableConcept", Code::kTierNone);
  }
}

// What is known all the same, in words: the value is withheld.
void NoteWithheld(Mapping& m, std::string_view least, std::string_view claimed) {
  const bool some = RankOf(least) > RankOf("SUICIDE_RISK_NONE_IDENTIFIED");
  if (!some && claimed.empty()) return;
  std::string note = "Answers are missing.";
  if (some) {
    note += " Those given mean at least a ";
    note += kTiers[RankOf(least)].word;
    note += " risk.";
  }
  if (!claimed.empty()) {
    note += " The sender's own result: ";
    note += kTiers[RankOf(claimed)].word;
    note += '.';
  }
  m.Note(note);
}

void WriteRisk(const Work& w, std::string_view tier, bool decided, std::string_view claimed) {
  Mapping& m = w.m;
  BeginScore(w, {"score", w.id});
  WriteScoreHead(w, Code::kCssrsRisk, decided && w.node["items"].empty());
  if (decided) {
    WriteTier(m, tier);
  } else {
    WriteAbsent(m, Code::kAbsentUnknown);
    NoteWithheld(m, tier, claimed);
  }
  WriteDerivedFrom(w);
  m.Finish();
}

void CheckClaim(const Work& w, const SuicideRisk& risk, std::string_view claimed) {
  if (claimed.empty()) return;
  if (RankOf(claimed) < RankOf(risk.tier) || RankOf(claimed) > RankOf(risk.most)) {
    w.m.Contradict(w.Path("claimedRisk"),
                   "The risk does not agree with the answers: a person must say which is right.");
  } else if (!risk.decided) {
    w.m.Inform("informational", w.Path("claimedRisk"),
               "Answers are missing, so the sender's own risk stands in a note only.");
  }
}

void CheckSkipped(const Work& w) {
  const Answers& answers = w.answers;
  const bool skipped =
      (answers.value(2) == 0 && (answers.yes(3) || answers.yes(4) || answers.yes(5))) ||
      (answers.value(6) == 0 && answers.yes(7));
  if (skipped) {
    w.m.Warn("business-rule", w.Path("items"),
             "A question that the form skips was answered with yes; the answer counts.");
  }
}

}  // namespace

void MapRisk(const Work& w) {
  std::string_view claimed = w.node.text("claimedRisk");
  if (RankOf(claimed) == 0) claimed = {};
  if (w.node["items"].empty()) {
    WriteRisk(w, claimed, !claimed.empty(), {});
    Alert(w, claimed, !claimed.empty());
    return;
  }
  const SuicideRisk risk = RiskOf(w.answers);
  if (!risk.decided) {
    w.m.Warn("incomplete", w.Path("items"),
             "An answer that decides the tier is missing: the risk is withheld.");
  }
  CheckClaim(w, risk, claimed);
  CheckSkipped(w);
  WriteRisk(w, risk.tier, risk.decided, claimed);
  // Of two that differ, the worse one is told.
  Alert(w, RankOf(claimed) > RankOf(risk.tier) ? claimed : risk.tier, risk.decided);
}

}  // namespace kgw::kap
