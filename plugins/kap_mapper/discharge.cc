#include <set>
#include <string_view>

#include "moment.h"
#include "observation.h"
#include "questionnaire_response.h"
#include "session_parts.h"

namespace kgw::kap {
namespace {

constexpr Role kRole{"discharge", {}};
constexpr Role kReady{"ready-to-leave", {}};
constexpr int64_t kEsketamineMinutes = 120;

struct Criterion {
  std::string_view name;
  std::string_view link_id;
  std::string_view text;
};
constexpr Criterion kCriteria[] = {
    {"DISCHARGE_CRITERION_CODE_ORIENTED", "oriented", "Knows who, where and when"},
    {"DISCHARGE_CRITERION_CODE_WALKS", "walks", "Walks as before"},
    {"DISCHARGE_CRITERION_CODE_BLOOD_PRESSURE", "blood-pressure", "Blood pressure as before"},
    {"DISCHARGE_CRITERION_CODE_OXYGEN", "oxygen", "Oxygen saturation above the floor"},
    {"DISCHARGE_CRITERION_CODE_NOT_SEDATED", "not-sedated", "Awake and calm"},
    {"DISCHARGE_CRITERION_CODE_NAUSEA_CONTROLLED", "nausea-controlled", "No nausea that matters"},
    {"DISCHARGE_CRITERION_CODE_NO_SUICIDALITY", "no-suicidality", "Nothing new about suicide"},
    {"DISCHARGE_CRITERION_CODE_WATCHED_LONG_ENOUGH", "watched", "Watched for long enough"},
};

const Criterion* Find(std::string_view name) {
  for (const Criterion& criterion : kCriteria) {
    if (criterion.name == name) return &criterion;
  }
  return nullptr;
}

void BeginItem(Mapping& m, std::string_view link_id, std::string_view text) {
  Out& out = m.out();
  out.Begin();
  out.Plain("linkId", link_id);
  out.TextIf("text", text);
  out.BeginList("answer");
  out.Begin();
}

void EndItem(Mapping& m) {
  m.out().End();
  m.out().EndList();
  m.out().End();
}

void WriteTextItem(Mapping& m, std::string_view link_id, std::string_view text, Node value) {
  if (!value) return;
  BeginItem(m, link_id, text);
  m.out().Text("valueString", value.text());
  EndItem(m);
}

void WriteCriteria(Mapping& m, Node criteria) {
  std::set<std::string_view> seen;
  size_t index = 0;
  for (const Node node : criteria) {
    const Criterion* criterion = Find(node.text("code"));
    const std::string at = "session.discharge.criteria[" + std::to_string(index++) + "]";
    if (criterion == nullptr || !seen.insert(criterion->name).second) {
      m.Park("duplicate", at, "The criterion is unknown or stands there twice.");
      continue;
    }
    BeginItem(m, criterion->link_id, criterion->text);
    m.CodingOf("valueCoding", node.text("met"));
    if (const Node note = node["note"]) {
      m.out().BeginList("item");
      WriteTextItem(m, std::string(criterion->link_id) + "-note", {}, note);
      m.out().EndList();
    }
    EndItem(m);
  }
}

void WriteItems(Mapping& m, Node discharge) {
  Out& out = m.out();
  out.BeginList("item");
  WriteCriteria(m, discharge["criteria"]);
  BeginItem(m, "ready", "Ready to leave");
  out.Bool("valueBoolean", discharge.boolean("ready").value_or(false));
  EndItem(m);
  if (const Node left = discharge["leftTime"]) {
    BeginItem(m, "left", "Left at");
    out.Text("valueDateTime", left.text());
    EndItem(m);
  }
  if (m.CanBe(discharge["escort"], true)) {
    BeginItem(m, "escort", "Escort");
    m.Actor("valueReference", discharge["escort"], true);
    EndItem(m);
  }
  WriteTextItem(m, "escort-name", "Name of the escort", discharge["escortName"]);
  if (const auto acknowledged = discharge.boolean("noDrivingAcknowledged")) {
    BeginItem(m, "no-driving", "Will not drive until the next day after sleep");
    out.Bool("valueBoolean", *acknowledged);
    EndItem(m);
  }
  WriteTextItem(m, "instructions", "What the patient was told", discharge["instructions"]);
  out.EndList();
}

void WriteReady(Mapping& m, Node discharge) {
  Out& out = m.Begin("Observation", kReady, "simple-observation");
  m.Concept("code", Code::kObsReady);
  WriteObservationHead(m, Code::kCategoryExam, discharge.text("assessedTime"));
  WritePerformer(m, Node(), discharge.text("decidedBy"));
  out.Bool("valueBoolean", discharge.boolean("ready").value_or(false));
  m.Note(discharge.text("earlyReason"));
  out.BeginList("derivedFrom");
  m.Self("", "QuestionnaireResponse", kRole);
  out.EndList();
  m.Finish();
}

// The two hours are the esketamine label's; other protocols have their own.
void CheckTime(Mapping& m, Node session, Node discharge, FirstDose dose) {
  if (!session.text("protocol").starts_with("esketamine")) return;
  const auto minutes = MinutesBetween(dose.time, discharge.text("leftTime"));
  if (minutes && *minutes < kEsketamineMinutes) {
    m.Warn("business-rule", "session.discharge.leftTime",
           discharge["earlyReason"] ? "The patient left within two hours of the dose; why is noted."
                                    : "The patient left within two hours of the dose, and why is "
                                      "not noted.");
  }
}

}  // namespace

void MapDischarge(Mapping& m, Node session, FirstDose dose) {
  const Node discharge = session["discharge"];
  if (!discharge) return;
  CheckTime(m, session, discharge, dose);
  BeginResponse(m, kRole, "kap-discharge");
  m.out().Text("authored", discharge.text("assessedTime"));
  m.Practitioner("author", discharge.text("decidedBy"));
  WriteItems(m, discharge);
  m.Finish();
  WriteReady(m, discharge);
  if (discharge.boolean("ready") == false && discharge["leftTime"]) {
    m.Signal(Code::kSafetyLeft, "Observation", kReady);
  }
}

}  // namespace kgw::kap
