#include <vector>

#include "observation.h"
#include "questionnaire.h"
#include "record_types.h"
#include "screening_parts.h"
#include "vitals.h"

namespace kgw::kap {
namespace {

void WriteFailedTrials(Mapping& m, Node screening) {
  const auto count = screening.number("failedAntidepressantTrials");
  if (!count) return;
  m.Begin("Observation", {"antidepressant-trials-failed", {}}, "simple-observation");
  m.Concept("code", Code::kObsTrials);
  WriteObservationHead(m, Code::kCategorySurvey, screening.text("screenedTime"));
  WritePerformer(m, Node(), screening.text("screenedBy"));
  m.out().Number("valueInteger", *count);
  m.Finish();
}

void WritePregnancy(Mapping& m, Node screening) {
  const std::string_view status = screening.text("pregnancyStatus");
  if (CodesOf(status).empty()) return;
  m.Begin("Observation", {"pregnancy-status", {}}, "observation-pregnancystatus");
  m.Concept("code", Code::kPregnancyStatus);
  WriteObservationHead(m, Code::kCategorySocialHistory, screening.text("screenedTime"));
  WritePerformer(m, Node(), screening.text("screenedBy"));
  m.ConceptOf("valueCodeableConcept", status);
  m.Finish();
}

// A clinician's decision. The rules propose; they never decide.
void WriteDecision(Mapping& m, Node screening, const std::vector<Result>& results) {
  const Node decision = screening["decision"];
  if (!decision) return;
  Out& out = m.Begin("Observation", {"kap-eligibility", {}}, "simple-observation");
  m.Concept("code", Code::kObsEligibility);
  WriteObservationHead(m, Code::kCategoryExam, decision.text("decidedTime"));
  WritePerformer(m, Node(), decision.text("decidedBy"));
  m.ConceptOf("valueCodeableConcept", decision.text("eligibility"));
  m.Note(decision.text("note"));
  const bool form = !screening["exclusions"].empty();
  if (form || !results.empty()) {
    out.BeginList("derivedFrom");
    for (const Result& result : results) m.Self("", "Observation", {"score", result.id});
    if (form) m.Self("", "QuestionnaireResponse", {"exclusions", {}});
    out.EndList();
  }
  m.Finish();
}

}  // namespace

void MapScreening(Mapping& m) {
  const Node screening = m.content();
  m.SetVisit(screening.text("visit"));
  const Occasion occasion{screening.text("screenedBy"), Node()};
  std::vector<Result> results;
  size_t index = 0;
  for (const Node questionnaire : screening["questionnaires"]) {
    const Result result = MapQuestionnaire(m, questionnaire, index++, occasion);
    if (result.definition != nullptr) results.push_back(result);
  }
  MapVitals(m, screening["vitals"], {}, screening.text("screenedBy"));
  MapIndications(m, screening);
  MapMedications(m, screening);
  WriteFailedTrials(m, screening);
  WritePregnancy(m, screening);
  MapExclusions(m, screening);
  WriteDecision(m, screening, results);
}

}  // namespace kgw::kap
