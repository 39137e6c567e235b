#include "gateway/ctl/far_side.h"

#include <array>
#include <string_view>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

// What records become, and who is linked and need only be found. tests/integration/ctl holds this
// to the golden files.
constexpr std::array<std::string_view, 21> kWritten = {"Account",
                                                       "AdverseEvent",
                                                       "AllergyIntolerance",
                                                       "ChargeItem",
                                                       "Condition",
                                                       "Coverage",
                                                       "DetectedIssue",
                                                       "DocumentReference",
                                                       "Encounter",
                                                       "Flag",
                                                       "HealthcareService",
                                                       "MedicationAdministration",
                                                       "MedicationDispense",
                                                       "MedicationRequest",
                                                       "MedicationStatement",
                                                       "Observation",
                                                       "PractitionerRole",
                                                       "Procedure",
                                                       "Provenance",
                                                       "QuestionnaireResponse",
                                                       "RelatedPerson"};
constexpr std::array<std::string_view, 4> kLinked = {"Location", "Organization", "Patient",
                                                     "Practitioner"};

bool Takes(const json::Value& types, std::string_view name, bool linked) {
  for (const json::Value& type : types) {
    if (type.TextOf("type") != name) continue;
    return type.Find("create").boolean() || type.Find("update").boolean() ||
           (linked && type.Find("search").boolean());
  }
  return false;
}

std::string MissingIn(const json::Value& types) {
  std::string missing;
  const auto check = [&](std::string_view name, bool linked) {
    if (!Takes(types, name, linked)) StrAppend(&missing, missing.empty() ? "" : ", ", name);
  };
  for (std::string_view name : kWritten) check(name, false);
  for (std::string_view name : kLinked) check(name, true);
  return missing;
}

std::string ReportText(const std::string& report_json) {
  const auto document = json::Document::Parse(report_json);
  if (!document.ok()) return "";
  const json::Value& report = document->root();
  const std::string missing = MissingIn(report.Find("types"));
  const auto or_unknown = [](std::string_view text) { return text.empty() ? "unknown" : text; };
  return StrCat("  software       ", or_unknown(report.TextOf("software")), "\n  FHIR version   ",
                or_unknown(report.TextOf("fhir_version")), "\n  transactions   ",
                report.Find("transaction").boolean() ? "yes" : "no", "\n  missing types  ",
                missing.empty() ? "none of those that are sent" : missing, "\n");
}

// A reason that a longer one says as well is left out.
std::vector<const v1::Issue*> Distinct(const v1::TestDestinationResponse& response) {
  std::vector<const v1::Issue*> distinct;
  for (int i = 0; i < response.issues_size(); ++i) {
    bool said = false;
    for (int j = 0; j < response.issues_size() && !said; ++j) {
      const std::string& mine = response.issues(i).text();
      const std::string& other = response.issues(j).text();
      said = i != j && other.find(mine) != std::string::npos && (mine != other || j < i);
    }
    if (!said) distinct.push_back(&response.issues(i));
  }
  return distinct;
}

}  // namespace

std::string FarSideText(const std::string& name, const v1::TestDestinationResponse& response) {
  const std::vector<const v1::Issue*> issues = Distinct(response);
  std::string text = StrCat(name, response.ok() ? ": reached" : ": not reached");
  if (!response.ok() && issues.size() == 1) {
    StrAppend(&text, ": ", issues[0]->text(), "\n");
  } else {
    StrAppend(&text, "\n");
    for (const v1::Issue* issue : issues) {
      StrAppend(&text, "  ", issue->severity(), ": ", issue->text(), "\n");
    }
  }
  if (!response.report_json().empty()) text += ReportText(response.report_json());
  return text;
}

void PrintFarSide(const std::string& name, const v1::TestDestinationResponse& response) {
  Say("%s", FarSideText(name, response).c_str());
}

}  // namespace kgw::ctl
