#ifndef GATEWAY_FHIR_SAFETY_SIGNAL_H_
#define GATEWAY_FHIR_SAFETY_SIGNAL_H_

#include <string>
#include <string_view>
#include <vector>

namespace kgw::fhir {

// Something in a record that a clinician should see at once. Goes back to the sender, and nowhere
// else.
struct SafetySignal {
  std::string rule;      // the mapper's name for it, e.g. "phq9-item9"
  std::string code;      // of the finding, as the mapper codes it
  std::string text;      // for the clinician
  std::string resource;  // "Type/id" of a resource of the record, or empty

  friend bool operator==(const SafetySignal&, const SafetySignal&) = default;
};

using SafetySignals = std::vector<SafetySignal>;

// The JSON array of {rule, code, text, resource} that is kept with a record, and back: what is no
// such array is read as none.
std::string SignalsToJson(const SafetySignals& signals);
SafetySignals SignalsFromJson(std::string_view text);

}  // namespace kgw::fhir

#endif  // GATEWAY_FHIR_SAFETY_SIGNAL_H_
