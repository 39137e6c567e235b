#include "gateway/privacy/label.h"

namespace kgw::privacy {
namespace {

constexpr std::string_view kRestricted =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"})";
constexpr std::string_view kNormal =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"})";
constexpr std::string_view kTestData =
    R"(,{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"})";

bool IsDirectoryOrDemographics(std::string_view record_type) {
  return record_type == "Organization" || record_type == "Practitioner" || record_type == "Patient";
}

}  // namespace

std::string SecurityCodings(std::string_view record_type, bool test_data) {
  std::string codings(IsDirectoryOrDemographics(record_type) ? kNormal : kRestricted);
  if (test_data) codings += kTestData;
  return codings;
}

}  // namespace kgw::privacy
