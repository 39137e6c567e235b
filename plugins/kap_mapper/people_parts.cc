#include "people_parts.h"

namespace kgw::kap {
namespace {

void WriteTexts(Mapping& m, std::string_view key, Node texts) {
  if (texts.empty()) return;
  m.out().BeginList(key);
  for (const Node text : texts) m.out().Text(text.text());
  m.out().EndList();
}

void WriteUse(Mapping& m, Node node, std::string_view value_set) {
  const std::string_view use = TextOf(node.text("use"), value_set);
  if (!use.empty()) m.out().Plain("use", use);
}

}  // namespace

void WriteName(Mapping& m, Node name) {
  Out& out = m.out();
  out.Begin();
  WriteUse(m, name, "name-use");
  out.TextIf("family", name.text("family"));
  WriteTexts(m, "given", name["given"]);
  for (const std::string_view key : {"prefix", "suffix"}) {
    if (const Node part = name[key]) {
      out.BeginList(key);
      out.Text(part.text());
      out.EndList();
    }
  }
  m.PeriodOf("period", name["period"]);
  out.End();
}

void WriteNames(Mapping& m, Node names) {
  if (names.empty()) return;
  m.out().BeginList("name");
  for (const Node name : names) WriteName(m, name);
  m.out().EndList();
}

void WriteTelecoms(Mapping& m, Node telecoms) {
  if (telecoms.empty()) return;
  Out& out = m.out();
  out.BeginList("telecom");
  for (const Node telecom : telecoms) {
    out.Begin();
    out.Plain("system", TextOf(telecom.text("system"), "contact-point-system"));
    out.Text("value", telecom.text("value"));
    WriteUse(m, telecom, "contact-point-use");
    if (const auto rank = telecom.number("rank")) out.Number("rank", *rank);
    out.End();
  }
  out.EndList();
}

void WriteAddress(Mapping& m, Node address) {
  Out& out = m.out();
  out.Begin();
  WriteUse(m, address, "address-use");
  WriteTexts(m, "line", address["lines"]);
  out.TextIf("city", address.text("city"));
  out.TextIf("district", address.text("district"));
  out.TextIf("state", address.text("state"));
  out.TextIf("postalCode", address.text("postalCode"));
  out.TextIf("country", address.text("country"));
  m.PeriodOf("period", address["period"]);
  out.End();
}

void WriteAddresses(Mapping& m, Node addresses) {
  if (addresses.empty()) return;
  m.out().BeginList("address");
  for (const Node address : addresses) WriteAddress(m, address);
  m.out().EndList();
}

void WriteIdentifier(Mapping& m, Node identifier, std::string_view type) {
  Out& out = m.out();
  out.Begin();
  if (!type.empty()) {
    out.Begin("type");
    out.BeginList("coding");
    m.BareCoding("http://terminology.hl7.org/CodeSystem/v2-0203", type);
    out.EndList();
    out.End();
  }
  out.TextIf("system", identifier.text("system"));
  out.Text("value", identifier.text("value"));
  m.PeriodOf("period", identifier["period"]);
  if (const Node assigner = identifier["assigner"]) {
    m.Organization("assigner", assigner.text());
  } else if (const Node name = identifier["assignerName"]) {
    out.Begin("assigner");
    out.Text("display", name.text());
    out.End();
  }
  out.End();
}

void WriteIdentifiers(Mapping& m, Node identifiers) {
  for (const Node identifier : identifiers) WriteIdentifier(m, identifier, identifier.text("type"));
}

void WriteNpi(Mapping& m, std::string_view npi) {
  if (npi.empty()) return;
  m.out().Begin();
  m.out().Plain("system", "http://hl7.org/fhir/sid/us-npi");
  m.out().Text("value", npi);
  m.out().End();
}

void WriteGender(Mapping& m, Node person) {
  const std::string_view gender = TextOf(person.text("gender"), "administrative-gender");
  if (!gender.empty()) m.out().Plain("gender", gender);
}

void WriteLanguage(Mapping& m, std::string_view key, std::string_view language) {
  Out& out = m.out();
  key.empty() ? out.Begin() : out.Begin(key);
  out.BeginList("coding");
  m.BareCoding("urn:ietf:bcp:47", language);
  out.EndList();
  out.End();
}

void WriteSpecialties(Mapping& m, Node specialties) {
  if (specialties.empty()) return;
  Out& out = m.out();
  out.BeginList("specialty");
  for (const Node specialty : specialties) {
    out.Begin();
    out.BeginList("coding");
    m.BareCoding("http://nucc.org/provider-taxonomy", specialty.text());
    out.EndList();
    out.End();
  }
  out.EndList();
}

}  // namespace kgw::kap
