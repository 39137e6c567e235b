#include "mapping.h"

#include <array>
#include <cctype>

#include "plugins/common/text.h"

namespace kgw::kap {
namespace {

constexpr std::string_view kUsCore = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";
constexpr std::string_view kFhirJson = "application/fhir+json";

struct Content {
  std::string_view member;
  std::string_view type;
  std::string_view word;  // in identifier systems
};
constexpr std::array<Content, 7> kContents = {{
    {"organization", "Organization", "organization"},
    {"practitioner", "Practitioner", "practitioner"},
    {"patientRecord", "Patient", "patient"},
    {"screening", "Screening", "screening"},
    {"visit", "Visit", "visit"},
    {"session", "Session", "session"},
    {"outcome", "Outcome", "outcome"},
}};

}  // namespace

Mapping::Mapping(const Settings& settings, const Codings& codings, sdk::Item item, Node record,
                 Workspace& workspace)
    : settings_(settings),
      codings_(codings),
      item_(item),
      record_(record),
      workspace_(workspace),
      out_(workspace.body) {
  workspace_.targets.clear();
  ReadEnvelope();
}

void Mapping::ReadEnvelope() {
  std::string_view word;
  for (const Content& content : kContents) {
    if (const Node found = record_[content.member]) {
      content_ = found;
      content_member_ = content.member;
      record_type_ = content.type;
      word = content.word;
    }
  }
  const std::string_view id = record_.text("id");
  historical_ = record_.text("loadMode") == "LOAD_MODE_HISTORICAL";
  patient_ = record_type_ == "Patient" ? id : record_.text("patient");
  if (record_type_ == "Organization" || record_type_ == "Practitioner") patient_ = {};

  common::AppendPercentEncoded(identifier_stem_, record_.text("tenant"));
  identifier_stem_ += '/';
  common::AppendPercentEncoded(identifier_stem_, record_.text("source"));
  identifier_stem_ += '/';
  meta_head_ = R"("meta":{"source":")" + settings_.canonical_base + "/source/" + identifier_stem_;
  meta_head_.back() = '"';
  // The patient is part of it: a record that moves to another patient becomes other resources.
  if (!patient_.empty() && record_type_ != "Patient") {
    common::AppendPercentEncoded(identifier_stem_, patient_);
    identifier_stem_ += '/';
  }
  common::AppendPercentEncoded(identifier_stem_, id);
  identifier_stem_ += '/';
  identifier_head_ = R"("system":")" + settings_.canonical_base + "/id/" + std::string(word) +
                     R"(","value":")" + identifier_stem_;
  patient_reference_ = R"({"reference":"kgw:)";
  patient_reference_ += record_type_ == "Patient" ? "self/" : "record/Patient/";
  if (record_type_ != "Patient") {
    common::AppendPercentEncoded(patient_reference_, patient_);
    patient_reference_ += '/';
  }
  patient_reference_ += R"(Patient"})";
}

void Mapping::AppendRole(std::string& to, std::string_view type, Role role) const {
  to += type;
  if (!role.kind.empty()) {
    to += '/';
    to += role.kind;
  }
  if (!role.part.empty()) {
    to += '/';
    common::AppendPercentEncoded(to, role.part);
  }
}

Out& Mapping::Begin(std::string_view type, Role role, std::string_view us_core, Identify identify,
                    bool patient_asserted) {
  workspace_.role.clear();
  AppendRole(workspace_.role, type, role);
  std::string& body = workspace_.body;
  body.clear();
  body += R"({"resourceType":")";
  body += type;
  body += R"(",)";
  body += meta_head_;
  if (!us_core.empty()) {
    body += R"(,"profile":[")";
    body += kUsCore;
    body += us_core;
    body += R"("])";
  }
  if (patient_asserted) {
    out_.BeginList("tag");
    Coding(Code::kPatientAsserted);
    out_.EndList();
  }
  body += '}';
  if (identify == Identify::kNone) return out_;
  body += identify == Identify::kOne ? R"(,"identifier":{)" : R"(,"identifier":[{)";
  body += identifier_head_;
  body += workspace_.role;
  body += R"("})";
  if (identify == Identify::kList) body += ']';
  return out_;
}

void Mapping::Finish() {
  workspace_.body += '}';
  if (!status_.ok()) return;
  if (!workspace_.targets.empty()) workspace_.targets += ',';
  workspace_.targets += R"({"reference":"kgw:self/)";
  workspace_.targets += workspace_.role;
  workspace_.targets += R"("})";
  status_ = item_.emit(kFhirJson, workspace_.role, workspace_.body);
}

void Mapping::Self(std::string_view key, std::string_view type, Role role) {
  BeginReference(key);
  workspace_.body += R"("reference":"kgw:self/)";
  AppendRole(workspace_.body, type, role);
  workspace_.body += R"("})";
}

void Mapping::Other(std::string_view key, std::string_view record_type, std::string_view id,
                    std::string_view type, Role role) {
  BeginReference(key);
  workspace_.body += R"("reference":"kgw:record/)";
  workspace_.body += record_type;
  workspace_.body += '/';
  common::AppendPercentEncoded(workspace_.body, id);
  workspace_.body += '/';
  AppendRole(workspace_.body, type, role);
  workspace_.body += R"("})";
}

void Mapping::Patient(std::string_view key) {
  key.empty() ? out_.Raw(patient_reference_) : out_.Raw(key, patient_reference_);
}

void Mapping::Encounter(std::string_view key) {
  if (!visit_.empty()) Other(key, "Visit", visit_, "Encounter", {});
}

void Mapping::LocationOf(std::string_view key, Node location_ref) {
  Other(key, "Organization", location_ref.text("organization"), "Location",
        {{}, location_ref.text("location")});
}

void Mapping::IndicationOf(std::string_view key, Node indication_ref) {
  Other(key, "Screening", indication_ref.text("screening"), "Condition",
        {"indication", indication_ref.text("indication")});
}

bool Mapping::CanBe(Node actor, bool organization_allowed) const {
  return actor["practitioner"] || actor["relatedPerson"] || actor["patient"] ||
         (organization_allowed && actor["organization"]);
}

bool Mapping::Actor(std::string_view key, Node actor, bool organization_allowed) {
  if (!CanBe(actor, organization_allowed)) return false;
  if (const Node who = actor["practitioner"]) {
    Practitioner(key, who.text());
  } else if (const Node related = actor["relatedPerson"]) {
    if (record_type_ == "Patient") {
      Self(key, "RelatedPerson", {{}, related.text()});
    } else {
      Other(key, "Patient", patient_, "RelatedPerson", {{}, related.text()});
    }
  } else if (actor["patient"]) {
    Patient(key);
  } else {
    Organization(key, actor.text("organization"));
  }
  return true;
}

void Mapping::Park(std::string_view code, std::string_view path, std::string_view text) {
  item_.issue(KGW_ERROR, code, path, text);
  if (status_.ok()) status_ = KGW_FAILED_PRECONDITION;
}

void Mapping::Signal(Code rule, std::string_view type, Role role) {
  if (historical_ || !status_.ok()) return;
  const CodeRow& row = RowOf(rule);
  std::string body;
  Out signal(body);
  signal.Begin();
  signal.Plain("code", row.code);
  signal.Text("text", row.display);
  signal.OpenText("resource");
  AppendRole(body, type, role);
  signal.CloseText();
  signal.End();
  status_ = item_.emit("application/vnd.kgw.signal+json", row.code, body);
}

std::string_view Mapping::Path(std::string_view list, size_t index, std::string_view rest) {
  std::string& path = workspace_.scratch;
  path = content_member_;
  path += '.';
  path += list;
  path += '[';
  path += std::to_string(index);
  path += ']';
  if (!rest.empty()) {
    path += '.';
    path += rest;
  }
  return path;
}

}  // namespace kgw::kap
