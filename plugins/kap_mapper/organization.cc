#include "people_parts.h"
#include "record_types.h"

namespace kgw::kap {
namespace {

void WriteOrganization(Mapping& m, Node content) {
  Out& out = m.Begin("Organization", {}, "organization", Identify::kOpenList);
  WriteNpi(m, content.text("npi"));
  WriteIdentifiers(m, content["identifiers"]);
  out.EndList();
  out.Bool("active", content.boolean("active").value_or(true));
  if (const std::string_view kind = content.text("kind"); !kind.empty()) {
    out.BeginList("type");
    m.ConceptOf("", kind, kind == "ORGANIZATION_KIND_PHARMACY" ? "pharmacy" : "");
    out.EndList();
  }
  out.Text("name", content.text("name"));
  if (const Node aliases = content["aliases"]; !aliases.empty()) {
    out.BeginList("alias");
    for (const Node alias : aliases) out.Text(alias.text());
    out.EndList();
  }
  WriteTelecoms(m, content["telecoms"]);
  WriteAddresses(m, content["addresses"]);
  if (const Node part_of = content["partOf"]) m.Organization("partOf", part_of.text());
  m.Finish();
}

void WritePosition(Mapping& m, Node location) {
  const Node latitude = location["latitude"], longitude = location["longitude"];
  if (!latitude || !longitude) return;
  m.out().Begin("position");
  m.Decimal("longitude", longitude.text());
  m.Decimal("latitude", latitude.text());
  m.out().End();
}

void WriteLocation(Mapping& m, Node location) {
  Out& out = m.Begin("Location", {{}, location.text("id")}, "location");
  if (const auto status = TextOf(location.text("status"), "location-status"); !status.empty()) {
    out.Plain("status", status);
  }
  out.Text("name", location.text("name"));
  out.TextIf("description", location.text("description"));
  out.Plain("mode", "instance");
  const std::string_view kind = location.text("kind");
  if (!CodesOf(kind).empty()) {
    out.BeginList("type");
    m.ConceptOf("", kind);
    out.EndList();
  }
  WriteTelecoms(m, location["telecoms"]);
  if (const Node address = location["address"]) {
    out.Key("address");
    WriteAddress(m, address);
  }
  if (kind == "LOCATION_KIND_ROOM") m.Concept("physicalType", Code::kPhysicalRoom);
  WritePosition(m, location);
  m.Self("managingOrganization", "Organization", {});
  if (const Node part_of = location["partOf"]) m.Self("partOf", "Location", {{}, part_of.text()});
  m.Finish();
}

void WriteServiceKinds(Mapping& m, Node service) {
  Out& out = m.out();
  const std::string_view kind = service.text("kind");
  out.BeginList("type");
  m.ConceptOf("", kind);
  out.EndList();
  WriteSpecialties(m, service["specialties"]);
  if (const Node locations = service["locations"]; !locations.empty()) {
    out.BeginList("location");
    for (const Node location : locations) m.Self("", "Location", {{}, location.text()});
    out.EndList();
  }
  out.Text("name", service.text("name"));
  out.TextIf("comment", service.text("comment"));
  WriteTelecoms(m, service["telecoms"]);
  if (const Node eligibility = service["eligibility"]) {
    out.BeginList("eligibility");
    out.Begin();
    out.Text("comment", eligibility.text());
    out.End();
    out.EndList();
  }
  if (kind == "SERVICE_KIND_KETAMINE_ASSISTED_PSYCHOTHERAPY") {
    out.BeginList("program");
    m.Concept("", Code::kServiceKap);
    out.EndList();
  }
}

void WriteService(Mapping& m, Node service) {
  Out& out = m.Begin("HealthcareService", {{}, service.text("id")}, "");
  out.Bool("active", service.boolean("active").value_or(true));
  m.Self("providedBy", "Organization", {});
  WriteServiceKinds(m, service);
  if (service.boolean("telehealth") == true) {
    out.BeginList("characteristic");
    m.Concept("", Code::kServiceTelehealth);
    out.EndList();
  }
  if (const Node languages = service["languages"]; !languages.empty()) {
    out.BeginList("communication");
    for (const Node language : languages) WriteLanguage(m, "", language.text());
    out.EndList();
  }
  if (const auto needed = service.boolean("appointmentRequired")) {
    out.Bool("appointmentRequired", *needed);
  }
  m.Finish();
}

}  // namespace

void MapOrganization(Mapping& m) {
  const Node content = m.content();
  WriteOrganization(m, content);
  for (const Node location : content["locations"]) WriteLocation(m, location);
  for (const Node service : content["services"]) WriteService(m, service);
}

}  // namespace kgw::kap
