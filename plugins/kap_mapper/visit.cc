#include "record_types.h"
#include "visit_parts.h"

namespace kgw::kap {
namespace {

void WriteVisitNumber(Mapping& m, Node visit) {
  const Node number = visit["visitNumber"];
  if (!number) return;
  Out& out = m.out();
  out.Begin();
  m.Concept("type", Code::kIdVn);
  m.Address("system", "/id/visit-number");
  out.Text("value", number.text());
  if (const Node organization = visit["organization"]) {
    m.Organization("assigner", organization.text());
  }
  out.End();
}

void WriteParticipant(Mapping& m, Node participant) {
  Out& out = m.out();
  const std::string_view role = participant.text("role");
  out.Begin();
  out.BeginList("type");
  if (role == "PARTICIPANT_ROLE_THERAPIST") {
    m.Concept("", Code::kParticipantPrimary);
  } else {
    const auto codes = CodesOf(role);
    codes.empty() ? m.Concept("", Code::kParticipantAny)
                  : m.Concept("", codes.front(), Code::kParticipantAny);
  }
  out.EndList();
  m.PeriodOf("period", participant.text("inTime"), participant.text("outTime"));
  m.Actor("individual", participant["who"], false);
  out.End();
}

// R4 takes no patient and no organization as a participant; the patient is the subject.
bool IsParticipant(Node participant) {
  const Node who = participant["who"];
  return who["practitioner"] || who["relatedPerson"];
}

void WriteParticipants(Mapping& m, Node visit) {
  Out& out = m.out();
  bool open = false;
  size_t index = 0;
  for (const Node participant : visit["participants"]) {
    const size_t at = index++;
    if (!IsParticipant(participant)) {
      m.Warn("not-supported", m.Path("participants", at, "who"),
             "Only a practitioner or a related person can take part in an Encounter; left out.");
      continue;
    }
    if (!open) out.BeginList("participant");
    open = true;
    WriteParticipant(m, participant);
  }
  if (open) out.EndList();
}

void WriteReasonCode(Mapping& m, Node reason) {
  Out& out = m.out();
  const Node icd = reason["icd10cm"], snomed = reason["snomed"];
  out.Begin();
  if (icd || snomed) {
    out.BeginList("coding");
    if (icd) m.BareCoding("http://hl7.org/fhir/sid/icd-10-cm", icd.text());
    if (snomed) m.BareCoding("http://snomed.info/sct", snomed.text());
    out.EndList();
  }
  out.TextIf("text", reason.text("text"));
  out.End();
}

bool HasCode(Node reason) { return reason["icd10cm"] || reason["snomed"] || reason["text"]; }

template <typename Wanted, typename Write>
void WriteReasonList(Mapping& m, Node reasons, std::string_view key, Wanted wanted, Write write) {
  bool open = false;
  for (const Node reason : reasons) {
    if (!wanted(reason)) continue;
    if (!open) m.out().BeginList(key);
    open = true;
    write(reason);
  }
  if (open) m.out().EndList();
}

void WriteEncounter(Mapping& m, Node visit) {
  Out& out = m.Begin("Encounter", {}, "encounter", Identify::kOpenList);
  WriteVisitNumber(m, visit);
  out.EndList();
  WriteEncounterExtensions(m, visit);
  out.Plain("status", TextOf(visit.text("status"), "encounter-status"));
  m.CodingOf("class", visit.text("channel"));
  out.BeginList("type");
  const auto kind = CodesOf(visit.text("kind"));
  kind.empty() ? m.Concept("", Code::kEncounterProcedure)
               : m.Concept("", kind.front(), Code::kEncounterProcedure);
  out.EndList();
  m.Patient("subject");
  WriteParticipants(m, visit);
  m.PeriodOf("period", visit["period"]);
  WriteVisitReasons(m, visit);
  if (!visit["charges"].empty()) {
    out.BeginList("account");
    m.Self("", "Account", {});
    out.EndList();
  }
  if (const Node location = visit["location"]) {
    out.BeginList("location");
    out.Begin();
    m.LocationOf("location", location);
    out.End();
    out.EndList();
  }
  if (const Node organization = visit["organization"]) {
    m.Organization("serviceProvider", organization.text());
  }
  m.Finish();
}

}  // namespace

void WriteVisitReasons(Mapping& m, Node visit) {
  WriteReasonList(m, visit["reasons"], "reasonCode", HasCode,
                  [&](Node reason) { WriteReasonCode(m, reason); });
  WriteReasonList(
      m, visit["reasons"], "reasonReference",
      [](Node reason) { return static_cast<bool>(reason["indication"]); },
      [&](Node reason) { m.IndicationOf("", reason["indication"]); });
}

void MapVisit(Mapping& m) {
  const Node visit = m.content();
  WriteEncounter(m, visit);
  MapService(m, visit);
  MapCharges(m, visit);
  MapVisitNote(m, visit);
}

}  // namespace kgw::kap
