#include "medicine.h"

#include <optional>

namespace kgw::kap {
namespace {

struct Form {
  std::string_view name;
  std::string_view text;
  std::string_view unit;
};
constexpr Form kForms[] = {
    {"MEDICATION_FORM_LOZENGE", "lozenge", "lozenge"},
    {"MEDICATION_FORM_DISSOLVING_TABLET", "tablet that dissolves in the mouth", "tablet"},
    {"MEDICATION_FORM_NASAL_SPRAY", "nasal spray", "puff"},
    {"MEDICATION_FORM_INJECTION", "solution for injection", "mL"},
    {"MEDICATION_FORM_CAPSULE", "capsule", "capsule"},
};

const Form& FormOf(std::string_view name) {
  for (const Form& form : kForms) {
    if (form.name == name) return form;
  }
  return kForms[0];
}

std::string_view SubstanceText(std::string_view substance) {
  return substance == "SUBSTANCE_ESKETAMINE" ? "esketamine" : "ketamine";
}

// "ketamine 100 mg lozenge", unless the label says it better.
void WriteMedicineText(Mapping& m, Node medicine) {
  Out& out = m.out();
  out.OpenText("text");
  if (const Node text = medicine["text"]) {
    out.Piece(text.text());
  } else {
    out.Piece(SubstanceText(medicine.text("substance")));
    out.Piece(" ");
    out.Piece(medicine.text("strengthMg"));
    out.Piece(medicine.text("form") == "MEDICATION_FORM_INJECTION" ? " mg/mL " : " mg ");
    out.Piece(FormOf(medicine.text("form")).text);
  }
  out.CloseText();
}

void WriteCode(Mapping& m, Node medicine) {
  Out& out = m.out();
  const Node rxnorm = medicine["rxnorm"], ndc = medicine["ndc"];
  const auto ingredient = CodesOf(medicine.text("substance"));
  out.Begin("code");
  if (rxnorm || ndc || !ingredient.empty()) {
    out.BeginList("coding");
    if (rxnorm) m.BareCoding(RowOf(Code::kKetamine).system, rxnorm.text());
    if (ndc) m.BareCoding("http://hl7.org/fhir/sid/ndc", ndc.text());
    if (!rxnorm && !ingredient.empty()) m.Coding(ingredient.front());
    out.EndList();
  }
  WriteMedicineText(m, medicine);
  out.End();
}

void WriteIngredient(Mapping& m, Node medicine) {
  Out& out = m.out();
  out.BeginList("ingredient");
  out.Begin();
  m.ConceptOf("itemCodeableConcept", medicine.text("substance"),
              SubstanceText(medicine.text("substance")));
  out.Begin("strength");
  m.Quantity("numerator", medicine.text("strengthMg"), "mg", "mg");
  WriteUnits(m, "denominator", "1", medicine);
  out.End();
  out.End();
  out.EndList();
}

// A decimal as a whole number of millionths; nothing for one that does not fit.
std::optional<int64_t> Millionths(std::string_view text) {
  int64_t value = 0;
  int decimals = -1;
  for (const char c : text) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || value > 100'000'000'000) return std::nullopt;
    value = value * 10 + (c - '0');
    if (decimals >= 0 && ++decimals > 6) return std::nullopt;
  }
  for (int i = decimals < 0 ? 0 : decimals; i < 6; ++i) value *= 10;
  return value;
}

}  // namespace

std::string_view UnitOf(Node medicine) {
  const std::string_view form = medicine.text("form");
  // Nasal esketamine comes in devices of two sprays; its strength is that of a device.
  const bool device =
      form == "MEDICATION_FORM_NASAL_SPRAY" && medicine.text("substance") == "SUBSTANCE_ESKETAMINE";
  return device ? "device" : FormOf(form).unit;
}

void WriteMg(Mapping& m, std::string_view key, std::string_view mg) {
  m.Quantity(key, mg, "mg", "mg");
}

void WriteUnits(Mapping& m, std::string_view key, std::string_view count, Node medicine) {
  const std::string_view unit = UnitOf(medicine);
  m.Quantity(key, count, unit, unit == "mL" ? "mL" : "1");
}

void WriteMedicine(Mapping& m, Node medicine, std::string_view lot, std::string_view expires) {
  Out& out = m.out();
  out.BeginList("contained");
  out.Begin();
  out.Plain("resourceType", "Medication");
  out.Plain("id", "medicine");
  WriteCode(m, medicine);
  m.ConceptOf("form", medicine.text("form"), FormOf(medicine.text("form")).text);
  WriteIngredient(m, medicine);
  if (!lot.empty() || !expires.empty()) {
    out.Begin("batch");
    out.TextIf("lotNumber", lot);
    out.TextIf("expirationDate", expires);
    out.End();
  }
  out.End();
  out.EndList();
  out.Begin("medicationReference");
  out.Plain("reference", "#medicine");
  out.End();
}

bool MultipliesTo(std::string_view each, std::string_view count, std::string_view whole) {
  if (each.empty() || count.empty() || whole.empty()) return true;
  const auto a = Millionths(each), b = Millionths(count), c = Millionths(whole);
  if (!a || !b || !c) return true;
  const double product = static_cast<double>(*a) * static_cast<double>(*b) / 1e6;
  const double difference = product - static_cast<double>(*c);
  return difference > -1000 && difference < 1000;  // a thousandth of a mg
}

}  // namespace kgw::kap
