#include <algorithm>
#include <array>
#include <string>

#include "visit_parts.h"

namespace kgw::kap {
namespace {

constexpr Role kAccount{};
constexpr std::string_view kPlaceOfService =
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set";

// Decimals of a currency (ISO 4217), where they are not two.
constexpr std::array<std::string_view, 15> kNoDecimals = {"BIF", "CLP", "DJF", "GNF", "ISK",
                                                          "JPY", "KMF", "KRW", "PYG", "RWF",
                                                          "UGX", "VND", "VUV", "XAF", "XOF"};
constexpr std::array<std::string_view, 7> kThreeDecimals = {"BHD", "IQD", "JOD", "KWD",
                                                            "LYD", "OMR", "TND"};

size_t DecimalsOf(std::string_view currency) {
  if (std::ranges::find(kNoDecimals, currency) != kNoDecimals.end()) return 0;
  return std::ranges::find(kThreeDecimals, currency) != kThreeDecimals.end() ? 3 : 2;
}

// "12345" of a currency with two decimals is 123.45.
std::string MajorUnits(std::string_view minor, size_t decimals) {
  std::string text(minor);
  if (decimals == 0) return text;
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  text.insert(text.size() - decimals, 1, '.');
  return text;
}

Node ReasonOf(Node visit, std::string_view id) {
  for (const Node reason : visit["reasons"]) {
    if (reason.text("id") == id) return reason;
  }
  return Node();
}

bool HasCode(Node reason) { return reason["icd10cm"] || reason["snomed"] || reason["text"]; }

void WriteReasonConcept(Mapping& m, Node reason) {
  Out& out = m.out();
  out.Begin();
  if (reason["icd10cm"] || reason["snomed"]) {
    out.BeginList("coding");
    if (const Node icd = reason["icd10cm"]) {
      m.BareCoding("http://hl7.org/fhir/sid/icd-10-cm", icd.text());
    }
    if (const Node snomed = reason["snomed"]) m.BareCoding("http://snomed.info/sct", snomed.text());
    out.EndList();
  }
  out.TextIf("text", reason.text("text"));
  out.End();
}

// ChargeItem.reason takes concepts only; a diagnosis of a screening stands beside it.
void WriteReasons(Mapping& m, Node visit, Node charge) {
  Out& out = m.out();
  bool concepts = false, diagnoses = false;
  for (const Node id : charge["reasons"]) {
    const Node reason = ReasonOf(visit, id.text());
    concepts |= HasCode(reason);
    diagnoses |= static_cast<bool>(reason["indication"]);
  }
  if (concepts) {
    out.BeginList("reason");
    for (const Node id : charge["reasons"]) {
      const Node reason = ReasonOf(visit, id.text());
      if (HasCode(reason)) WriteReasonConcept(m, reason);
    }
    out.EndList();
  }
  if (diagnoses) {
    out.BeginList("supportingInformation");
    for (const Node id : charge["reasons"]) {
      const Node reason = ReasonOf(visit, id.text());
      if (const Node indication = reason["indication"]) m.IndicationOf("", indication);
    }
    out.EndList();
  }
}

void WriteExtensions(Mapping& m, Node charge) {
  Out& out = m.out();
  const Node place = charge["placeOfService"], signed_time = charge["noteSignedTime"];
  if (charge["modifiers"].empty() && !place && !signed_time) return;
  out.BeginList("extension");
  for (const Node modifier : charge["modifiers"]) {
    m.BeginExtension("kap-charge-modifier");
    out.Text("valueCode", modifier.text());
    out.End();
  }
  if (place) {
    m.BeginExtension("kap-place-of-service");
    out.Key("valueCoding");
    m.BareCoding(kPlaceOfService, place.text());
    out.End();
  }
  if (signed_time) {
    m.BeginExtension("kap-note-signed");
    out.Text("valueDateTime", signed_time.text());
    out.End();
  }
  out.EndList();
}

std::string_view StatusOf(Mapping& m, Node charge) {
  if (m.historical()) return "not-billable";
  return charge["noteSignedTime"] ? "billable" : "planned";
}

void WritePrice(Mapping& m, Node charge) {
  Out& out = m.out();
  const std::string_view currency = charge.text("currency");
  out.Begin("priceOverride");
  m.Decimal("value", MajorUnits(charge.text("amountMinor"), DecimalsOf(currency)));
  out.Text("currency", currency);
  out.End();
}

void WriteCharge(Mapping& m, Node visit, Node charge) {
  Out& out = m.Begin("ChargeItem", {{}, charge.text("id")}, "");
  WriteExtensions(m, charge);
  out.Plain("status", StatusOf(m, charge));
  out.Begin("code");
  out.BeginList("coding");
  const bool hcpcs = charge.text("codeSystem") == "SERVICE_CODE_SYSTEM_HCPCS";
  m.BareCoding(hcpcs ? m.settings().hcpcs_system : "http://www.ama-assn.org/go/cpt",
               charge.text("code"));
  out.EndList();
  out.End();
  m.Patient("subject");
  m.Self("context", "Encounter", {});
  out.Text("occurrenceDateTime", charge.text("serviceDate"));
  if (const Node by = charge["renderedBy"]) {
    out.BeginList("performer");
    out.Begin();
    m.Practitioner("actor", by.text());
    out.End();
    out.EndList();
  }
  if (const Node organization = visit["organization"]) {
    m.Organization("performingOrganization", organization.text());
  }
  out.Begin("quantity");
  out.Number("value", charge.number("units").value_or(1));
  out.End();
  WritePrice(m, charge);
  m.Practitioner("enterer", charge.text("codedBy"));
  out.TextIf("enteredDate", charge.text("codedTime"));
  WriteReasons(m, visit, charge);
  out.BeginList("account");
  m.Self("", "Account", kAccount);
  out.EndList();
  m.Note(charge.text("note"));
  m.Finish();
}

void WriteAccount(Mapping& m, Node visit) {
  Out& out = m.Begin("Account", kAccount, "");
  out.Plain("status", "active");
  out.BeginList("subject");
  m.Patient("");
  out.EndList();
  m.PeriodOf("servicePeriod", visit["period"]);
  if (const Node coverage = visit["coverage"]) {
    out.BeginList("coverage");
    out.Begin();
    m.Other("coverage", "Patient", m.patient(), "Coverage", {{}, coverage.text()});
    out.Number("priority", 1);
    out.End();
    out.EndList();
  }
  if (const Node organization = visit["organization"]) {
    m.Organization("owner", organization.text());
  }
  m.Finish();
}

}  // namespace

void MapCharges(Mapping& m, Node visit) {
  if (visit["charges"].empty()) return;
  WriteAccount(m, visit);
  for (const Node charge : visit["charges"]) WriteCharge(m, visit, charge);
}

}  // namespace kgw::kap
