#ifndef KGW_KAP_MAPPER_SETTINGS_H_
#define KGW_KAP_MAPPER_SETTINGS_H_

#include <string>
#include <string_view>

namespace kgw::kap {

// What an operator may set. Fixed once the plug-in is made.
struct Settings {
  // Base of our own code systems, extensions, questionnaires and identifiers; no slash at the end.
  std::string canonical_base = "https://kap-gateway.org/fhir";
  // Two spellings of HCPCS are in use; receivers want one of them.
  std::string hcpcs_system = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
  // Total of the PCL-5 from which PTSD is suspected, 31 to 33.
  int pcl5_cut = 33;
  // Score 2 of GAD-7 item 2 by LOINC's own answer list (LA18938-3) instead of the common one.
  bool gad7_item2_own_list = false;
};

// Reads {"settings":{"name":"value"}}. Throws kgw::sdk::Error, naming the setting, for one that is
// unknown or has no such value.
Settings ReadSettings(std::string_view config_json);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_SETTINGS_H_
