#include "removal.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace kgw::fhir_rest {
namespace {

// R4 types whose `status` may be entered-in-error.
constexpr std::string_view kByStatus[] = {"Account",
                                          "Appointment",
                                          "CarePlan",
                                          "CareTeam",
                                          "ChargeItem",
                                          "Claim",
                                          "Communication",
                                          "Consent",
                                          "Coverage",
                                          "DetectedIssue",
                                          "Device",
                                          "DiagnosticReport",
                                          "DocumentReference",
                                          "Encounter",
                                          "EpisodeOfCare",
                                          "Flag",
                                          "Immunization",
                                          "List",
                                          "Medication",
                                          "MedicationAdministration",
                                          "MedicationDispense",
                                          "MedicationRequest",
                                          "MedicationStatement",
                                          "Observation",
                                          "Procedure",
                                          "QuestionnaireResponse",
                                          "RiskAssessment",
                                          "ServiceRequest",
                                          "Specimen",
                                          "Task"};
constexpr std::string_view kByActive[] = {"HealthcareService", "Organization",     "Patient",
                                          "Practitioner",      "PractitionerRole", "RelatedPerson"};

bool In(const auto& list, std::string_view type) {
  return std::ranges::find(list, type) != std::end(list);
}

// con-5 and ait-2: a resource entered in error has no clinical status; con-4: nor an abatement
// then.
void MarkByVerification(Json& resource, const char* system) {
  Json coding = Json::Object();
  coding.Set("system", Json::Text(system));
  coding.Set("code", Json::Text("entered-in-error"));
  Json concept_ = Json::Object();
  concept_.Set("coding", Json::Array()).items.push_back(std::move(coding));
  resource.Set("verificationStatus", std::move(concept_));
  resource.Remove("clinicalStatus");
  std::erase_if(resource.members,
                [](const JsonMember& member) { return member.name.starts_with("abatement"); });
}

}  // namespace

bool MarkAsRemoved(Json& resource) {
  const std::string type = resource.TextOf("resourceType");
  if (type == "Condition") {
    MarkByVerification(resource, "http://terminology.hl7.org/CodeSystem/condition-ver-status");
  } else if (type == "AllergyIntolerance") {
    MarkByVerification(resource,
                       "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification");
  } else if (type == "Goal") {
    resource.Set("lifecycleStatus", Json::Text("entered-in-error"));
  } else if (type == "Location") {
    resource.Set("status", Json::Text("inactive"));
  } else if (In(kByStatus, type)) {
    resource.Set("status", Json::Text("entered-in-error"));
  } else if (In(kByActive, type)) {
    resource.Set("active", Json::Boolean(false));
  } else {
    return false;
  }
  return true;
}

}  // namespace kgw::fhir_rest
