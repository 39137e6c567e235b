#include "questionnaire_response.h"

namespace kgw::kap {
namespace {

// Of the forms in our package, whose canonicals the answers name; a form's own version is its
// maker's and stands in an extension.
constexpr std::string_view kFormVersion = "1";

// A coding with the points it stands for; the question about difficulty has none, so that nobody
// who sums the answers counts it.
void WriteScoredAnswer(Mapping& m, ItemKind kind, Code code, int value) {
  Out& out = m.out();
  out.Begin();
  if (kind == ItemKind::kYesNo || kind == ItemKind::kDifficulty) {
    m.Coding("valueCoding", code);
  } else {
    out.Begin("valueCoding");
    out.BeginList("extension");
    out.Begin();
    out.Plain("url", "http://hl7.org/fhir/StructureDefinition/ordinalValue");
    out.Number("valueDecimal", value);
    out.End();
    out.EndList();
    const CodeRow& row = RowOf(code);
    row.local ? m.Address("system", "/CodeSystem/", row.system) : out.Plain("system", row.system);
    out.Plain("code", row.code);
    out.Plain("display", row.display);
    out.End();
  }
  out.End();
}

Code CodeFor(Mapping& m, const Answers& answers, int number) {
  const ItemRow& row = answers.definition->items[static_cast<size_t>(number - 1)];
  const int value = answers.value(number);
  if (m.settings().gad7_item2_own_list && answers.definition->instrument == Instrument::kGad7 &&
      number == 2 && value == 2) {
    return Code::kScore2Gad;
  }
  return AnswerOf(row.kind, value);
}

void WriteExtensions(Mapping& m, std::string_view form_version, Node time_point) {
  if (form_version.empty() && !time_point) return;
  Out& out = m.out();
  out.BeginList("extension");
  if (!form_version.empty()) {
    m.BeginExtension("kap-form-version");
    out.Text("valueString", form_version);
    out.End();
  }
  WriteTimePoint(m, time_point);
  out.EndList();
}

// The question about death and self-harm: what is not known about it is said, never left out.
bool IsSafetyItem(const Answers& answers, int number) {
  return answers.definition->instrument == Instrument::kPhq9 && number == 9;
}

void WriteItem(Mapping& m, const Answers& answers, int number) {
  const Node item = answers.items[static_cast<size_t>(number)];
  if (!item && !IsSafetyItem(answers, number)) return;
  const ItemRow& row = answers.definition->items[static_cast<size_t>(number - 1)];
  Out& out = m.out();
  out.Begin();
  out.Plain("linkId", row.link_id);
  out.TextIf("text", row.text);
  const auto missing = CodesOf(item.text("missing"));
  if (answers.answered(number)) {
    out.BeginList("answer");
    WriteScoredAnswer(m, row.kind, CodeFor(m, answers, number), answers.value(number));
    out.EndList();
  } else if (!missing.empty() || IsSafetyItem(answers, number)) {
    out.BeginList("answer");
    WriteAbsentAnswer(m, missing.empty() ? Code::kAbsentUnknown : missing.front());
    out.EndList();
  }
  out.End();
}

}  // namespace

// A coding that the form offers: validators refuse an empty one that says why in an extension.
void WriteAbsentAnswer(Mapping& m, Code reason) {
  m.out().Begin();
  m.Coding("valueCoding", reason);
  m.out().End();
}

void BeginResponse(Mapping& m, Role role, std::string_view form) {
  Out& out = m.Begin("QuestionnaireResponse", role, "questionnaireresponse", Identify::kOne);
  m.Canonical("questionnaire", "Questionnaire", form, kFormVersion);
  out.Plain("status", "completed");
  m.Patient("subject");
  m.Encounter("encounter");
}

void WriteQuestionnaireResponse(Mapping& m, Node questionnaire, const Answers& answers,
                                const Occasion& occasion) {
  BeginResponse(m, {{}, questionnaire.text("id")}, answers.definition->canonical);
  Out& out = m.out();
  WriteExtensions(m, questionnaire.text("formVersion"), occasion.time_point);
  out.TextIf("language", questionnaire.text("language"));
  out.Text("authored", questionnaire.text("administeredTime"));
  if (!m.Actor("author", questionnaire["administeredBy"], true) && !occasion.practitioner.empty()) {
    m.Practitioner("author", occasion.practitioner);
  }
  if (questionnaire.text("administration") == "ADMINISTRATION_SELF") m.Patient("source");
  out.BeginList("item");
  for (int i = 1; i <= static_cast<int>(answers.definition->items.size()); ++i) {
    WriteItem(m, answers, i);
  }
  out.EndList();
  m.Finish();
}

}  // namespace kgw::kap
