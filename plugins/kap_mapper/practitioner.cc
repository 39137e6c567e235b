#include "people_parts.h"
#include "record_types.h"

namespace kgw::kap {
namespace {

void WriteDea(Mapping& m, std::string_view dea) {
  if (dea.empty()) return;
  Out& out = m.out();
  out.Begin();
  m.Concept("type", Code::kIdDea);
  out.Plain("system", "urn:oid:2.16.840.1.113883.4.814");
  out.Text("value", dea);
  out.End();
}

void WriteIssuer(Mapping& m, std::string_view issuer, std::string_view state) {
  if (issuer.empty() && state.empty()) return;
  Out& out = m.out();
  out.Begin("issuer");
  out.OpenText("display");
  out.Piece(issuer);
  if (!issuer.empty() && !state.empty()) out.Piece(", ");
  out.Piece(state);
  out.CloseText();
  out.End();
}

void WriteQualifications(Mapping& m, Node qualifications) {
  if (qualifications.empty()) return;
  Out& out = m.out();
  out.BeginList("qualification");
  for (const Node qualification : qualifications) {
    out.Begin();
    if (const Node number = qualification["number"]) {
      out.BeginList("identifier");
      out.Begin();
      out.Text("value", number.text());
      out.End();
      out.EndList();
    }
    m.ConceptOf("code", qualification.text("kind"), qualification.text("title"));
    m.PeriodOf("period", qualification["period"]);
    WriteIssuer(m, qualification.text("issuer"), qualification.text("state"));
    out.End();
  }
  out.EndList();
}

// us-core-practitioner wants a family name in each name.
bool SatisfiesUsCore(Node names) {
  for (const Node name : names) {
    if (!name["family"]) return false;
  }
  return true;
}

void WritePractitioner(Mapping& m, Node content) {
  const bool us_core = SatisfiesUsCore(content["names"]);
  Out& out = m.Begin("Practitioner", {}, us_core ? "practitioner" : "", Identify::kOpenList);
  WriteNpi(m, content.text("npi"));
  WriteDea(m, content.text("dea"));
  WriteIdentifiers(m, content["identifiers"]);
  out.EndList();
  out.Bool("active", content.boolean("active").value_or(true));
  WriteNames(m, content["names"]);
  WriteTelecoms(m, content["telecoms"]);
  WriteAddresses(m, content["addresses"]);
  WriteGender(m, content);
  out.TextIf("birthDate", content.text("birthDate"));
  WriteQualifications(m, content["qualifications"]);
  if (const Node languages = content["languages"]; !languages.empty()) {
    out.BeginList("communication");
    for (const Node language : languages) WriteLanguage(m, "", language.text());
    out.EndList();
  }
  m.Finish();
}

void WriteRoleExtensions(Mapping& m, Node role) {
  const Node states = role["telehealthStates"];
  const auto accepts = role.boolean("acceptsKap");
  if (states.empty() && !accepts) return;
  Out& out = m.out();
  out.BeginList("extension");
  for (const Node state : states) {
    m.BeginExtension("kap-telehealth-state");
    out.Text("valueCode", state.text());
    out.End();
  }
  if (accepts) {
    m.BeginExtension("kap-accepting");
    out.Bool("valueBoolean", *accepts);
    out.End();
  }
  out.EndList();
}

void WriteRole(Mapping& m, Node role) {
  // us-core-practitionerrole wants a way to reach the person (pd-1).
  const bool us_core = !role["telecoms"].empty();
  Out& out = m.Begin("PractitionerRole", {{}, role.text("id")}, us_core ? "practitionerrole" : "");
  WriteRoleExtensions(m, role);
  out.Bool("active", role.boolean("active").value_or(true));
  m.PeriodOf("period", role["period"]);
  m.Self("practitioner", "Practitioner", {});
  m.Organization("organization", role.text("organization"));
  if (const Node kinds = role["kinds"]; !kinds.empty()) {
    out.BeginList("code");
    for (const Node kind : kinds) m.ConceptOf("", kind.text());
    out.EndList();
  }
  WriteSpecialties(m, role["specialties"]);
  if (const Node locations = role["locations"]; !locations.empty()) {
    out.BeginList("location");
    for (const Node location : locations) m.LocationOf("", location);
    out.EndList();
  }
  if (const Node services = role["services"]; !services.empty()) {
    out.BeginList("healthcareService");
    for (const Node service : services) {
      m.Other("", "Organization", role.text("organization"), "HealthcareService",
              {{}, service.text()});
    }
    out.EndList();
  }
  WriteTelecoms(m, role["telecoms"]);
  out.TextIf("availabilityExceptions", role.text("availability"));
  m.Finish();
}

}  // namespace

void MapPractitioner(Mapping& m) {
  const Node content = m.content();
  WritePractitioner(m, content);
  for (const Node role : content["roles"]) WriteRole(m, role);
}

}  // namespace kgw::kap
