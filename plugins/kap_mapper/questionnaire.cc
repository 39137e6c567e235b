#include "questionnaire.h"

#include "observation.h"
#include "questionnaire_response.h"
#include "score_parts.h"

namespace kgw::kap {
namespace {

constexpr std::string_view kScreening = "observation-screening-assessment";
constexpr std::string_view kRecallNote =
    "The questionnaire asks about a longer time than has passed since the session, so the answers "
    "also speak of the time before it.";

constexpr std::string_view kItem9Missing =
    "Item 9 of the PHQ-9 has no answer: the total is withheld.";
constexpr std::string_view kItem9Unknown =
    "There are no answers, so item 9 of the PHQ-9, about death and self-harm, is not known.";

// Days from the dose to a time point; nothing where it is not told.
std::optional<int> DaysOf(std::string_view time_point) {
  if (time_point == "TIME_POINT_PLUS_2_HOURS") return 0;
  if (time_point == "TIME_POINT_PLUS_24_HOURS") return 1;
  if (time_point == "TIME_POINT_PLUS_7_DAYS") return 7;
  if (time_point == "TIME_POINT_PLUS_14_DAYS") return 14;
  if (time_point == "TIME_POINT_PLUS_30_DAYS") return 30;
  return std::nullopt;
}

bool AsksTooFarBack(const Work& w) {
  const auto days = DaysOf(w.occasion.time_point.text("timePoint"));
  return days && *days < w.answers.definition->recall_days;
}

Code ReasonOf(std::string_view missing) {
  const auto codes = CodesOf(missing);
  return codes.empty() ? Code::kAbsentUnknown : codes.front();
}

void WriteTotal(const Work& w, std::optional<int> total, bool claimed) {
  Mapping& m = w.m;
  Out& out = BeginScore(w, {"score", w.id});
  WriteScoreHead(w, w.answers.definition->score, claimed);
  if (total) {
    WriteScore(m, *total);
    if (const auto band = BandOf(w.answers.definition->instrument, *total)) {
      out.BeginList("interpretation");
      m.Concept("", *band);
      out.EndList();
    }
  } else {
    WriteAbsent(m, ReasonOf(w.answers.missing));
  }
  if (AsksTooFarBack(w)) m.Note(kRecallNote);
  WriteDerivedFrom(w);
  m.Finish();
}

// What is said of item 9 says that the total is withheld, too.
bool LacksOnlyItem9(const Answers& answers) {
  if (answers.definition->instrument != Instrument::kPhq9 || answers.answered(9)) return false;
  for (int i = 1; i < 9; ++i) {
    if (!answers.answered(i)) return false;
  }
  return true;
}

// A claim that no answer to the missing items could make true contradicts those given.
void CheckClaim(const Work& w, int claimed) {
  const TotalRange range = w.answers.Range();
  if (claimed < range.least || claimed > range.most) {
    w.m.Contradict(w.Path("claimedTotal"),
                   "The total does not agree with the answers: a person must say which is right.");
  } else if (range.least != range.most) {
    w.m.Inform("informational", w.Path("claimedTotal"),
               "Answers are missing, so the sender's own total is not passed on.");
  }
}

// The total: computed from the answers, or claimed where there are none.
std::optional<int> MapTotal(const Work& w) {
  const auto claimed = w.node.number("claimedTotal");
  if (w.node["items"].empty()) {
    WriteTotal(w, claimed, claimed.has_value());
    if (!claimed) {
      w.m.Warn("required", w.Path("claimedTotal"), "There are neither answers nor a total.");
    }
    return claimed;
  }
  const auto total = w.answers.Total();
  if (!total && !LacksOnlyItem9(w.answers)) {
    w.m.Warn("incomplete", w.Path("items"),
             "An item that counts has no answer: the total is withheld.");
  }
  if (claimed) CheckClaim(w, *claimed);
  WriteTotal(w, total, false);
  return total;
}

// Thoughts of death or self-harm stand alone, so that nobody has to open the form to see them.
void MapItem9(const Work& w) {
  Mapping& m = w.m;
  if (!w.answers.items[9]) {
    const bool answers = !w.node["items"].empty();
    m.Warn("incomplete", w.Path("items"), answers ? kItem9Missing : kItem9Unknown);
    if (answers) {
      m.Signal(Code::kSafetyItem9Missing, "QuestionnaireResponse", {{}, w.id});
    } else {
      m.Signal(Code::kSafetyItem9Missing, "Observation", {"score", w.id});
    }
    return;
  }
  const Role role{"phq9-item9", w.id};
  BeginScore(w, role);
  WriteScoreHead(w, Code::kPhq9Item9, false);
  const bool answered = w.answers.answered(9);
  if (answered) {
    m.Concept("valueCodeableConcept", AnswerOf(ItemKind::kScore, w.answers.value(9)));
  } else {
    WriteAbsent(m, ReasonOf(w.answers.items[9].text("missing")));
    m.Warn("incomplete", w.Path("items"), kItem9Missing);
  }
  WriteDerivedFrom(w);
  m.Finish();
  if (!answered) m.Signal(Code::kSafetyItem9Missing, "Observation", role);
  if (w.answers.value(9) >= 1) m.Signal(Code::kSafetyItem9, "Observation", role);
}

Code ResultOf(std::optional<bool> met) {
  if (!met) return Code::kResultNotAssessable;
  return *met ? Code::kResultMet : Code::kResultNotMet;
}

void WriteCriterion(const Work& w, std::string_view rule, std::optional<bool> met,
                    std::string_view text) {
  Mapping& m = w.m;
  Out& out = BeginScore(w, {rule, w.id});
  out.BeginList("extension");
  WriteRuleExtension(m, rule, "1");
  WriteTimePoint(m, w.occasion.time_point);
  out.EndList();
  m.Concept("code", Code::kObsPtsd, text);
  WriteObservationHead(m, Code::kCategorySurvey, w.time);
  m.Concept("valueCodeableConcept", ResultOf(met));
  out.BeginList("derivedFrom");
  m.Self("", "Observation", {"score", w.id});
  if (!w.node["items"].empty()) m.Self("", "QuestionnaireResponse", {{}, w.id});
  out.EndList();
  m.Finish();
}

void MapPcl5Criteria(const Work& w, std::optional<int> total) {
  WriteCriterion(w, "pcl5-dsm5-clusters", MeetsPcl5Clusters(w.answers),
                 "PCL-5: one item of B and C each and two of D and E each at moderately or more");
  const int cut = w.m.settings().pcl5_cut;
  const std::string rule = "pcl5-cut-va-" + std::to_string(cut);
  const std::optional<bool> reached = total ? std::optional(*total >= cut) : std::nullopt;
  WriteCriterion(w, rule, reached, "PCL-5: total of " + std::to_string(cut) + " or more");
}

}  // namespace

Out& BeginScore(const Work& w, Role role) { return w.m.Begin("Observation", role, kScreening); }

void WriteScoreHead(const Work& w, Code code, bool claimed) {
  Mapping& m = w.m;
  Out& out = m.out();
  if (claimed || w.occasion.time_point) {
    out.BeginList("extension");
    WriteTimePoint(m, w.occasion.time_point);
    if (claimed) {
      m.BeginExtension("kap-claimed");
      out.Bool("valueBoolean", true);
      out.End();
    }
    out.EndList();
  }
  m.Concept("code", code);
  WriteObservationHead(m, Code::kCategorySurvey, w.time);
  if (w.node["administeredBy"] || w.node.text("administration") != "ADMINISTRATION_SELF") {
    WritePerformer(m, w.node["administeredBy"], w.occasion.practitioner);
  } else {
    out.BeginList("performer");
    m.Patient("");
    out.EndList();
  }
}

void WriteDerivedFrom(const Work& w) {
  if (w.node["items"].empty()) return;
  w.m.out().BeginList("derivedFrom");
  w.m.Self("", "QuestionnaireResponse", {{}, w.id});
  w.m.out().EndList();
}

void WriteTimePoint(Mapping& m, Node outcome) {
  if (!outcome) return;
  m.BeginExtension("kap-timepoint");
  m.ConceptOf("valueCodeableConcept", outcome.text("timePoint"), outcome.text("timePointLabel"));
  m.out().End();
}

Result MapQuestionnaire(Mapping& m, Node questionnaire, size_t index, const Occasion& occasion) {
  const Definition* definition = DefinitionOf(questionnaire.text("instrument"));
  if (definition == nullptr) {
    m.Park("not-supported", m.Path("questionnaires", index, "instrument"),
           "The mapper does not know this questionnaire.");
    return {};
  }
  const Answers answers = ReadAnswers(m, *definition, questionnaire, index);
  const Work w{m,
               questionnaire,
               index,
               occasion,
               answers,
               questionnaire.text("id"),
               questionnaire.text("administeredTime")};
  if (!m.status().ok()) return {};
  if (!questionnaire["items"].empty()) {
    WriteQuestionnaireResponse(m, questionnaire, answers, occasion);
  }
  if (AsksTooFarBack(w)) m.Warn("business-rule", w.Path("administeredTime"), kRecallNote);
  if (definition->instrument == Instrument::kCssrs) {
    MapRisk(w);
    return {definition, w.id, w.time, std::nullopt};
  }
  const auto total = MapTotal(w);
  if (definition->instrument == Instrument::kPhq9) MapItem9(w);
  if (definition->instrument == Instrument::kPcl5) MapPcl5Criteria(w, total);
  return {definition, w.id, w.time, total};
}

}  // namespace kgw::kap
