#include "medicine.h"
#include "session_parts.h"

namespace kgw::kap {
namespace {

// Its own, else the order's, else that of a dose taken from it.
Node MedicineOf(Node session, Node dispense) {
  if (const Node own = dispense["medicine"]) return own;
  if (const Node ordered = session["order"]["medicine"]) return ordered;
  for (const Node dose : session["doses"]) {
    if (dose.text("dispense") == dispense.text("id")) return dose["medicine"];
  }
  return Node();
}

void WriteUnknownMedicine(Mapping& m) {
  Out& out = m.out();
  out.Begin("medicationCodeableConcept");
  out.BeginList("coding");
  m.Coding(Code::kAbsentUnknown);
  out.EndList();
  out.End();
}

void WriteDispense(Mapping& m, Node session, Node dispense) {
  Out& out = m.Begin("MedicationDispense", {{}, dispense.text("id")}, "medicationdispense");
  out.Plain("status", "completed");
  const Node medicine = MedicineOf(session, dispense);
  if (medicine) {
    WriteMedicine(m, medicine, dispense.text("lot"), dispense.text("expires"));
  } else {
    WriteUnknownMedicine(m);
  }
  m.Patient("subject");
  m.Encounter("context");
  if (const Node pharmacy = dispense["pharmacy"]) {
    out.BeginList("performer");
    out.Begin();
    m.Organization("actor", pharmacy.text());
    out.End();
    out.EndList();
  }
  if (session["order"] || session["orderFromSession"]) {
    out.BeginList("authorizingPrescription");
    if (session["order"]) {
      m.Self("", "MedicationRequest", {});
    } else {
      m.Other("", "Session", session.text("orderFromSession"), "MedicationRequest", {});
    }
    out.EndList();
  }
  if (const Node quantity = dispense["quantity"]) {
    WriteUnits(m, "quantity", quantity.text(), medicine);
  }
  out.Text("whenHandedOver", dispense.text("handedOverTime"));
  m.Finish();
}

}  // namespace

void MapDispenses(Mapping& m, Node session) {
  for (const Node dispense : session["dispenses"]) WriteDispense(m, session, dispense);
}

}  // namespace kgw::kap
