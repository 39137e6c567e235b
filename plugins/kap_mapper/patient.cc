#include <vector>

#include "people_parts.h"
#include "record_types.h"

namespace kgw::kap {
namespace {

constexpr std::string_view kExtension = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";

void BeginUsCoreExtension(Out& out, std::string_view name) {
  out.Begin();
  out.OpenText("url");
  out.Piece(kExtension);
  out.Piece(name);
  out.CloseText();
}

// us-core-race and us-core-ethnicity: categories, and a text that must be there.
void WriteCategories(Mapping& m, std::string_view name, const std::vector<Code>& codes,
                     std::string_view text) {
  Out& out = m.out();
  BeginUsCoreExtension(out, name);
  out.BeginList("extension");
  for (const Code code : codes) {
    out.Begin();
    out.Plain("url", "ombCategory");
    m.Coding("valueCoding", code);
    out.End();
  }
  out.Begin();
  out.Plain("url", "text");
  out.OpenText("valueString");
  out.Piece(text);
  for (size_t i = 0; text.empty() && i < codes.size(); ++i) {
    if (i > 0) out.Piece(", ");
    out.Piece(RowOf(codes[i]).display);
  }
  out.CloseText();
  out.End();
  out.EndList();
  out.End();
}

std::vector<Code> CodesOfAll(Node list) {
  std::vector<Code> codes;
  for (const Node name : list) {
    for (const Code code : CodesOf(name.text())) codes.push_back(code);
  }
  return codes;
}

void WriteExtensions(Mapping& m, Node content) {
  const std::vector<Code> races = CodesOfAll(content["races"]);
  const auto ethnicity = CodesOf(content.text("ethnicity"));
  const std::string_view sex = TextOf(content.text("birthSex"), "birthsex");
  const std::string_view race_text = content.text("raceText");
  const std::string_view ethnicity_text = content.text("ethnicityText");
  const bool has_race = !races.empty() || !race_text.empty();
  const bool has_ethnicity = !ethnicity.empty() || !ethnicity_text.empty();
  if (!has_race && !has_ethnicity && sex.empty()) return;
  Out& out = m.out();
  out.BeginList("extension");
  if (has_race) WriteCategories(m, "race", races, race_text);
  if (has_ethnicity) {
    WriteCategories(m, "ethnicity", {ethnicity.begin(), ethnicity.end()}, ethnicity_text);
  }
  if (!sex.empty()) {
    BeginUsCoreExtension(out, "birthsex");
    out.Plain("valueCode", sex);
    out.End();
  }
  out.EndList();
}

bool IsEmergencyContact(Node person) {
  for (const Node relation : person["relationships"]) {
    if (relation.text() == "RELATIONSHIP_EMERGENCY_CONTACT") return true;
  }
  return false;
}

void WriteRelationships(Mapping& m, Node person) {
  Out& out = m.out();
  out.BeginList("relationship");
  for (const Node relation : person["relationships"]) {
    if (relation.text() == "RELATIONSHIP_OTHER") {
      m.ConceptText("", "other");
    } else {
      m.ConceptOf("", relation.text());
    }
  }
  out.EndList();
}

void WriteContacts(Mapping& m, Node persons) {
  Out& out = m.out();
  bool open = false;
  for (const Node person : persons) {
    if (!IsEmergencyContact(person) || person.boolean("active") == false) continue;
    if (!open) out.BeginList("contact");
    open = true;
    out.Begin();
    WriteRelationships(m, person);
    if (!person["names"].empty()) {
      out.Key("name");
      WriteName(m, person["names"].front());
    }
    WriteTelecoms(m, person["telecoms"]);
    if (!person["addresses"].empty()) {
      out.Key("address");
      WriteAddress(m, person["addresses"].front());
    }
    WriteGender(m, person);
    m.PeriodOf("period", person["period"]);
    out.End();
  }
  if (open) out.EndList();
}

void WriteLanguages(Mapping& m, Node languages) {
  if (languages.empty()) return;
  Out& out = m.out();
  out.BeginList("communication");
  bool first = true;
  for (const Node language : languages) {
    out.Begin();
    WriteLanguage(m, "language", language.text());
    if (first) out.Bool("preferred", true);
    first = false;
    out.End();
  }
  out.EndList();
}

void WritePatient(Mapping& m, Node content) {
  Out& out = m.Begin("Patient", {}, "patient", Identify::kOpenList);
  for (const Node number : content["medicalRecordNumbers"]) {
    WriteIdentifier(m, number, RowOf(Code::kIdMr).code);
  }
  WriteIdentifiers(m, content["identifiers"]);
  out.EndList();
  WriteExtensions(m, content);
  out.Bool("active", content.boolean("active").value_or(true));
  WriteNames(m, content["names"]);
  WriteTelecoms(m, content["telecoms"]);
  WriteGender(m, content);
  out.TextIf("birthDate", content.text("birthDate"));
  out.TextIf("deceasedDateTime", content.text("deceasedTime"));
  WriteAddresses(m, content["addresses"]);
  WriteContacts(m, content["relatedPersons"]);
  WriteLanguages(m, content["languages"]);
  if (const Node doctors = content["generalPractitioners"]; !doctors.empty()) {
    out.BeginList("generalPractitioner");
    for (const Node doctor : doctors) m.Practitioner("", doctor.text());
    out.EndList();
  }
  if (const Node keeper = content["managingOrganization"]) {
    m.Organization("managingOrganization", keeper.text());
  }
  m.Finish();
}

void WriteRelatedPerson(Mapping& m, Node person) {
  Out& out = m.Begin("RelatedPerson", {{}, person.text("id")}, "relatedperson");
  out.Bool("active", person.boolean("active").value_or(true));
  m.Self("patient", "Patient", {});
  WriteRelationships(m, person);
  WriteNames(m, person["names"]);
  WriteTelecoms(m, person["telecoms"]);
  WriteGender(m, person);
  out.TextIf("birthDate", person.text("birthDate"));
  WriteAddresses(m, person["addresses"]);
  m.PeriodOf("period", person["period"]);
  m.Finish();
}

void WriteClasses(Mapping& m, Node classes) {
  if (classes.empty()) return;
  Out& out = m.out();
  out.BeginList("class");
  for (const Node one : classes) {
    out.Begin();
    m.ConceptOf("type", one.text("kind"));
    out.Text("value", one.text("value"));
    out.TextIf("name", one.text("name"));
    out.End();
  }
  out.EndList();
}

void WriteCoverage(Mapping& m, Node coverage, size_t index) {
  // us-core-15: the member's or the subscriber's number.
  const bool us_core = coverage["memberId"] || coverage["subscriberId"];
  if (!us_core) {
    m.Warn("required", m.Path("coverages", index),
           "Neither a member id nor a subscriber id is given: the Coverage is not one of US Core.");
  }
  Out& out = m.Begin("Coverage", {{}, coverage.text("id")}, us_core ? "coverage" : "",
                     Identify::kOpenList);
  if (const Node member = coverage["memberId"]) {
    out.Begin();
    m.Concept("type", Code::kIdMb);
    out.Text("value", member.text());
    m.Organization("assigner", coverage.text("payer"));
    out.End();
  }
  out.EndList();
  out.Plain("status", TextOf(coverage.text("status"), "fm-status"));
  if (const Node type = coverage["type"]) {
    out.Begin("type");
    out.BeginList("coding");
    m.BareCoding("https://nahdo.org/sopt", type.text());
    out.EndList();
    out.End();
  }
  if (const Node subscriber = coverage["subscriber"]) {
    m.Self("subscriber", "RelatedPerson", {{}, subscriber.text()});
  } else if (coverage.text("relationship") == "SUBSCRIBER_RELATIONSHIP_SELF") {
    m.Self("subscriber", "Patient", {});
  }
  out.TextIf("subscriberId", coverage.text("subscriberId"));
  m.Self("beneficiary", "Patient", {});
  m.ConceptOf("relationship", coverage.text("relationship"));
  m.PeriodOf("period", coverage["period"]);
  out.BeginList("payor");
  m.Organization("", coverage.text("payer"));
  out.EndList();
  WriteClasses(m, coverage["classes"]);
  if (const auto order = coverage.number("order")) out.Number("order", *order);
  m.Finish();
}

}  // namespace

void MapPatient(Mapping& m) {
  const Node content = m.content();
  WritePatient(m, content);
  for (const Node person : content["relatedPersons"]) WriteRelatedPerson(m, person);
  size_t index = 0;
  for (const Node coverage : content["coverages"]) WriteCoverage(m, coverage, index++);
}

}  // namespace kgw::kap
