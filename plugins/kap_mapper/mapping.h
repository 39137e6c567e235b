#ifndef KGW_KAP_MAPPER_MAPPING_H_
#define KGW_KAP_MAPPER_MAPPING_H_

#include <string>
#include <string_view>

#include "codes.h"
#include "kgw/kgw.hpp"
#include "node.h"
#include "out.h"
#include "settings.h"

namespace kgw::kap {

// Where a resource stands in its record: TYPE[/kind][/part]. `kind` is a word of ours, `part` an id
// from the record. Views; they live as long as the record.
struct Role {
  std::string_view kind;
  std::string_view part;
};

// How a resource takes its business identifier.
enum class Identify : uint8_t {
  kList,      // the only one of a list
  kOpenList,  // the first one of a list that the caller goes on with and ends
  kOne,       // an element that does not repeat
  kNone,      // R4 gives the type none
};

// Memory that is used again from record to record.
struct Workspace {
  std::string body;
  std::string role;
  std::string targets;
  std::string scratch;
};

// One record on its way: reads its envelope, writes its resources one after the other, and tells
// the host about them. One thread. Not copied.
class Mapping {
 public:
  Mapping(const Settings& settings, const Codings& codings, sdk::Item item, Node record,
          Workspace& workspace);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  const Settings& settings() const { return settings_; }
  Node record() const { return record_; }
  Node content() const { return content_; }
  std::string_view record_type() const { return record_type_; }
  std::string_view patient() const { return patient_; }
  bool historical() const { return historical_; }
  Out& out() { return out_; }
  // The resources written so far, as the elements of Provenance.target.
  std::string_view targets() const { return workspace_.targets; }

  // OK, or why the record cannot be mapped: what a person must look at, or what the host answered.
  sdk::Status status() const { return status_; }

  // The visit at which everything in this record took place; empty where there is none.
  void SetVisit(std::string_view visit) { visit_ = visit; }
  std::string_view visit() const { return visit_; }

  // Begins a resource; `us_core` is the name of the US Core profile it satisfies, or empty.
  Out& Begin(std::string_view type, Role role, std::string_view us_core,
             Identify identify = Identify::kList, bool patient_asserted = false);
  // Ends it and gives it to the host.
  void Finish();

  // References. Without a key they are elements of a list.
  void Self(std::string_view key, std::string_view type, Role role);
  void Other(std::string_view key, std::string_view record_type, std::string_view id,
             std::string_view type, Role role);
  void Organization(std::string_view key, std::string_view id) {
    Other(key, "Organization", id, "Organization", {});
  }
  void Practitioner(std::string_view key, std::string_view id) {
    Other(key, "Practitioner", id, "Practitioner", {});
  }
  void Patient(std::string_view key);
  void Encounter(std::string_view key);  // nothing where the record has no visit
  void LocationOf(std::string_view key, Node location_ref);
  void IndicationOf(std::string_view key, Node indication_ref);
  // False, with nothing written, when nobody is named, or an organization where none is allowed.
  bool Actor(std::string_view key, Node actor, bool organization_allowed);
  bool CanBe(Node actor, bool organization_allowed) const;

  // Concepts and codings.
  void Coding(std::string_view key, Code code) { out_.Raw(key, codings_.Json(code)); }
  void Coding(Code code) { out_.Raw(codings_.Json(code)); }
  void CodingOf(std::string_view key, std::string_view enum_name);
  void Concept(std::string_view key, Code code, std::string_view text = {});
  void Concept(std::string_view key, Code first, Code second, std::string_view text = {});
  // From an enum value of the schema; nothing when it has no coding and there is no text.
  void ConceptOf(std::string_view key, std::string_view enum_name, std::string_view text = {});
  void ConceptText(std::string_view key, std::string_view text);
  void BareCoding(std::string_view system, std::string_view code);

  // Data types.
  void PeriodOf(std::string_view key, Node period);
  void PeriodOf(std::string_view key, std::string_view start, std::string_view end);
  void Decimal(std::string_view key, std::string_view text);
  void Quantity(std::string_view key, std::string_view value, std::string_view unit,
                std::string_view ucum);
  void Quantity(std::string_view key, int64_t value, std::string_view unit, std::string_view ucum);
  void Note(std::string_view text);  // a list of one Annotation; nothing when empty

  // Extensions of ours: {"url":...; the caller writes the value and ends it.
  void BeginExtension(std::string_view name);
  // A canonical of ours, e.g. ("PlanDefinition", "phq9-response-50", "1").
  void Canonical(std::string_view key, std::string_view type, std::string_view name,
                 std::string_view version);
  // An address of ours as text: base + path.
  void Address(std::string_view key, std::string_view path, std::string_view encoded = {});

  // Issues and signals. No text holds a value from the record.
  void Warn(std::string_view code, std::string_view path, std::string_view text) {
    item_.issue(KGW_WARNING, code, path, text);
  }
  void Inform(std::string_view code, std::string_view path, std::string_view text) {
    item_.issue(KGW_INFORMATION, code, path, text);
  }
  // The record contradicts itself. The host parks it for the error; mapping goes on, so that its
  // safety signals still reach the sender.
  void Contradict(std::string_view path, std::string_view text) {
    item_.issue(KGW_ERROR, "business-rule", path, text);
  }
  // The record cannot be mapped as it is: a person must look at it.
  void Park(std::string_view code, std::string_view path, std::string_view text);
  // What a clinician should see at once, with the resource that says it. Silent for old records.
  void Signal(Code rule, std::string_view type, Role role);
  // "screening.questionnaires[2].items" from its pieces; valid until the next call.
  std::string_view Path(std::string_view list, size_t index, std::string_view rest = {});

 private:
  void BeginReference(std::string_view key) { key.empty() ? out_.Begin() : out_.Begin(key); }
  void AppendRole(std::string& to, std::string_view type, Role role) const;
  void ReadEnvelope();

  const Settings& settings_;
  const Codings& codings_;
  sdk::Item item_;
  Node record_;
  Node content_;
  Workspace& workspace_;
  Out out_;
  std::string_view content_member_;  // of Record, e.g. "patientRecord"
  std::string_view record_type_;
  std::string_view patient_;
  std::string_view visit_;
  bool historical_ = false;
  std::string meta_head_;        // "meta":{"source":"..."
  std::string identifier_stem_;  // TENANT/SOURCE/[PATIENT/]ID/
  std::string identifier_head_;  // "system":"...","value":"STEM
  std::string patient_reference_;
  sdk::Status status_;
};

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_MAPPING_H_
