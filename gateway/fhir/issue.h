#ifndef GATEWAY_FHIR_ISSUE_H_
#define GATEWAY_FHIR_ISSUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::fhir {

// R4's issue-severity (http://hl7.org/fhir/issue-severity). kFatal: our own code failed, do not
// trust what came out; kError: the data is wrong; kWarning: usable, look at it.
enum class Severity : uint8_t { kInformation, kWarning, kError, kFatal };

// One OperationOutcome.issue.
struct Issue {
  Severity severity = Severity::kError;
  std::string code;        // R4's issue-type, e.g. "required", "value", "code-invalid"
  std::string expression;  // FHIRPath of the element, or the path in the record
  std::string text;        // what was wrong and what to do; never a value about the patient

  friend bool operator==(const Issue&, const Issue&) = default;
};

using Issues = std::vector<Issue>;

bool HasErrors(const Issues& issues);  // any kError or kFatal
const char* NameOf(Severity severity);

// The issues as the JSON array of an OperationOutcome's `issue`, and back: what is no such array is
// read as none, and a severity that R4 does not have as kError.
std::string IssuesToJson(const Issues& issues);
Issues IssuesFromJson(std::string_view text);

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_ISSUE_H_
