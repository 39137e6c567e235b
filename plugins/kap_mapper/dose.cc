#include "medicine.h"
#include "plugins/common/text.h"
#include "session_parts.h"

namespace kgw::kap {
namespace {

bool NotDone(std::string_view status) {
  return status == "DOSE_STATUS_REFUSED" || status == "DOSE_STATUS_HELD_BACK";
}

void WriteExtensions(Mapping& m, Node session, bool first) {
  const auto supervision = CodesOf(session.text("supervision"));
  const auto number = session.number("number");
  if (supervision.empty() && (!first || !number)) return;
  Out& out = m.out();
  out.BeginList("extension");
  if (first && number) {
    m.BeginExtension("kap-session-number");
    out.Number("valuePositiveInt", *number);
    out.End();
  }
  if (!supervision.empty()) {
    m.BeginExtension("kap-supervision");
    m.Coding("valueCoding", supervision.front());
    out.End();
  }
  out.EndList();
}

void WriteReasons(Mapping& m, Node dose, std::string_view status) {
  const std::string_view reason = dose.text("reason"), text = dose.text("reasonText");
  const bool told = !CodesOf(reason).empty() || !text.empty();
  if (!NotDone(status) && !told) return;
  Out& out = m.out();
  out.BeginList("statusReason");
  if (NotDone(status)) m.ConceptOf("", status);
  if (told) m.ConceptOf("", reason, text);
  out.EndList();
}

// What the visits before and after say about a session stands with one of its doses.
void WriteSupport(Mapping& m, Node session, Node dose, bool first) {
  const Node dispense = dose["dispense"];
  const Node before = session["preparationVisits"], after = session["integrationVisits"];
  const bool visits = first && (!before.empty() || !after.empty());
  if (!dispense && !visits) return;
  Out& out = m.out();
  out.BeginList("supportingInformation");
  if (dispense) m.Self("", "MedicationDispense", {{}, dispense.text()});
  if (visits) {
    for (const Node visit : before) m.Other("", "Visit", visit.text(), "Encounter", {});
    for (const Node visit : after) m.Other("", "Visit", visit.text(), "Encounter", {});
  }
  out.EndList();
}

void WriteTime(Mapping& m, Node dose, std::string_view status) {
  const Node out_time = dose["outTime"];
  if (out_time && !NotDone(status)) {
    m.PeriodOf("effectivePeriod", dose.text("inTime"), out_time.text());
  } else {
    m.out().Text("effectiveDateTime", dose.text("inTime"));
  }
}

// "2 lozenge, held 15 min, then spat out": what changes how much of a dose works.
void WriteDoseText(Mapping& m, Node dose) {
  Out& out = m.out();
  bool open = false;
  const auto piece = [&](std::string_view text) {
    if (open) out.Piece(", ");
    open = true;
    out.Piece(text);
  };
  if (const Node units = dose["units"]) {
    piece(units.text());
    out.Piece(" ");
    out.Piece(UnitOf(dose["medicine"]));
  }
  if (const auto minutes = dose.number("holdMinutes")) {
    piece("held ");
    out.Piece(std::to_string(*minutes));
    out.Piece(" min");
  }
  const std::string_view after = dose.text("afterHolding");
  if (after == "AFTER_HOLDING_SPAT") piece("then spat out");
  if (after == "AFTER_HOLDING_SWALLOWED") piece("then swallowed");
}

bool HasDoseText(Node dose) { return dose["units"] || dose["holdMinutes"] || dose["afterHolding"]; }

// R4 wants an amount in a dosage; without one its text becomes a note. What was not given has none:
// the order says what was planned.
void WriteDosage(Mapping& m, Node dose) {
  Out& out = m.out();
  const Node amount = dose["totalMg"], route = dose["route"];
  if (!amount || NotDone(dose.text("status"))) return;
  out.Begin("dosage");
  if (HasDoseText(dose)) {
    out.OpenText("text");
    WriteDoseText(m, dose);
    out.CloseText();
  }
  m.ConceptOf("route", route.text());
  WriteMg(m, "dose", amount.text());
  out.End();
}

void WriteNotes(Mapping& m, Node dose) {
  const bool text = !dose["totalMg"] && HasDoseText(dose) && !NotDone(dose.text("status"));
  const Node note = dose["note"];
  if (!text && !note) return;
  Out& out = m.out();
  out.BeginList("note");
  if (text) {
    out.Begin();
    out.OpenText("text");
    WriteDoseText(m, dose);
    out.CloseText();
    out.End();
  }
  if (note) {
    out.Begin();
    out.Text("text", note.text());
    out.End();
  }
  out.EndList();
}

void CheckDose(Mapping& m, Node dose, size_t index, std::string_view status) {
  if (!dose["totalMg"] && !NotDone(status)) {
    m.Warn("required", m.Path("doses", index, "totalMg"),
           "The dose was given and its amount is not told.");
  }
  if (NotDone(status) && (dose["totalMg"] || dose["units"] || dose["route"])) {
    m.Inform("informational", m.Path("doses", index),
             "The dose was not given, so its amount and route are not passed on.");
  }
}

void WriteRequest(Mapping& m, Node session) {
  if (session["order"]) {
    m.Self("request", "MedicationRequest", {});
  } else if (const Node earlier = session["orderFromSession"]) {
    m.Other("request", "Session", earlier.text(), "MedicationRequest", {});
  }
}

void WriteDose(Mapping& m, Node session, Node dose, size_t index, bool first) {
  const std::string_view status = dose.text("status");
  CheckDose(m, dose, index, status);
  Out& out = m.Begin("MedicationAdministration", {{}, dose.text("id")}, "");
  WriteExtensions(m, session, first);
  if (const Node protocol = session["protocol"]) {
    std::string encoded;
    common::AppendPercentEncoded(encoded, protocol.text());
    out.Key("instantiates");
    out.buffer() += "[\"" + m.settings().canonical_base + "/protocol/" + encoded + "\"]";
  }
  out.Plain("status", TextOf(status, "medication-admin-status"));
  WriteReasons(m, dose, status);
  if (dose.boolean("secondDose") == true) m.Concept("category", Code::kSecondDose);
  WriteMedicine(m, dose["medicine"], dose.text("lot"), {});
  m.Patient("subject");
  m.Encounter("context");
  WriteSupport(m, session, dose, first);
  WriteTime(m, dose, status);
  if (m.CanBe(dose["givenBy"], false)) {
    out.BeginList("performer");
    out.Begin();
    m.Actor("actor", dose["givenBy"], false);
    out.End();
    out.EndList();
  }
  WriteRequest(m, session);
  WriteNotes(m, dose);
  WriteDosage(m, dose);
  m.Finish();
}

}  // namespace

void MapDoses(Mapping& m, Node session, std::string_view first) {
  size_t index = 0;
  for (const Node dose : session["doses"]) {
    WriteDose(m, session, dose, index++, dose.text("id") == first);
  }
}

}  // namespace kgw::kap
