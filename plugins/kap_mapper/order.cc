#include "medicine.h"
#include "session_parts.h"

namespace kgw::kap {
namespace {

void WriteNotes(Mapping& m, Node order) {
  const auto off_label = order.boolean("offLabel");
  const Node note = order["note"];
  if (!off_label && !note) return;
  Out& out = m.out();
  out.BeginList("note");
  if (off_label) {
    out.Begin();
    out.Plain("text", *off_label ? "Off-label use." : "Use as approved.");
    out.End();
  }
  if (note) {
    out.Begin();
    out.Text("text", note.text());
    out.End();
  }
  out.EndList();
}

void WriteDosageText(Mapping& m, Node order) {
  Out& out = m.out();
  const Node units = order["unitsPerDose"], instructions = order["instructions"];
  out.OpenText("text");
  if (units) {
    out.Piece(units.text());
    out.Piece(" ");
    out.Piece(UnitOf(order["medicine"]));
    out.Piece(", ");
  }
  out.Piece(order.text("doseMg"));
  out.Piece(" mg");
  if (instructions) {
    out.Piece(". ");
    out.Piece(instructions.text());
  }
  out.CloseText();
}

void WriteDosage(Mapping& m, Node order) {
  Out& out = m.out();
  out.BeginList("dosageInstruction");
  out.Begin();
  WriteDosageText(m, order);
  out.Bool("asNeededBoolean", false);
  m.ConceptOf("route", order.text("route"));
  out.BeginList("doseAndRate");
  out.Begin();
  WriteMg(m, "doseQuantity", order.text("doseMg"));
  out.End();
  out.EndList();
  out.End();
  out.EndList();
}

void WriteDispenseRequest(Mapping& m, Node order) {
  const auto repeats = order.number("repeats");
  const Node quantity = order["quantity"];
  if (!repeats && !quantity) return;
  Out& out = m.out();
  out.Begin("dispenseRequest");
  if (repeats) out.Number("numberOfRepeatsAllowed", *repeats);
  if (quantity) WriteUnits(m, "quantity", quantity.text(), order["medicine"]);
  out.End();
}

}  // namespace

void MapOrder(Mapping& m, Node session) {
  const Node order = session["order"];
  if (!order) return;
  if (!MultipliesTo(order["medicine"].text("strengthMg"), order.text("unitsPerDose"),
                    order.text("doseMg"))) {
    m.Warn("business-rule", "session.order.doseMg",
           "The dose is not what strength and units of one dose make.");
  }
  Out& out = m.Begin("MedicationRequest", {}, "medicationrequest");
  const std::string_view status = TextOf(order.text("status"), "medicationrequest-status");
  out.Plain("status", status.empty() ? "active" : status);
  out.Plain("intent", "order");
  WriteMedicine(m, order["medicine"], {}, {});
  m.Patient("subject");
  m.Encounter("encounter");
  out.Text("authoredOn", order.text("authoredTime"));
  m.Practitioner("requester", order.text("prescriber"));
  if (const Node indication = order["indication"]) {
    out.BeginList("reasonReference");
    m.IndicationOf("", indication);
    out.EndList();
  }
  WriteNotes(m, order);
  WriteDosage(m, order);
  WriteDispenseRequest(m, order);
  m.Finish();
}

}  // namespace kgw::kap
