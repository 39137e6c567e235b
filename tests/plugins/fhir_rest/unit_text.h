#ifndef TESTS_PLUGINS_FHIR_REST_UNIT_TEXT_H_
#define TESTS_PLUGINS_FHIR_REST_UNIT_TEXT_H_

#include <string>
#include <utility>
#include <vector>

namespace kgw::fhir_rest {

inline constexpr char kIdA[] = "2b2a0fdd-54ef-80eb-9447-0f46b081c36a";
inline constexpr char kIdB[] = "2b2a0fdd-54ef-80eb-9447-0f46b081c36b";
inline constexpr char kIdC[] = "2b2a0fdd-54ef-80eb-9447-0f46b081c36c";
inline constexpr char kIdP[] = "0756dfb5-535b-820a-9c4c-2e7251169ca8";

// Builds the text of a delivery.
class UnitText {
 public:
  UnitText& Write(const std::string& resource, const std::string& more = "") {
    return Add("write", resource, more);
  }
  UnitText& Remove(const std::string& resource, const std::string& more) {
    return Add("remove", resource, more);
  }
  UnitText& Refer(const std::string& ours, const std::string& theirs) {
    references_ += (references_.empty() ? "\"" : ",\"") + ours + "\":\"" + theirs + "\"";
    return *this;
  }
  std::string Text() const {
    return R"({"delivery":"d","attempt":1,"record":{"type":"Session","id":"S-1","version":"1"},)"
           R"("entries":[)" +
           entries_ + R"(],"references":{)" + references_ + "}}";
  }

 private:
  UnitText& Add(const std::string& action, const std::string& resource, const std::string& more) {
    auto between = [&](const std::string& begin) {
      const size_t from = resource.find(begin) + begin.size();
      return resource.substr(from, resource.find('"', from) - from);
    };
    if (!entries_.empty()) entries_ += ",";
    entries_ += R"({"entry":")" + between(R"("resourceType":")") + "/" + between(R"("id":")") +
                R"(","action":")" + action + R"(","resource":)" + resource + more + "}";
    return *this;
  }

  std::string entries_;
  std::string references_;
};

inline std::string Encounter(const char* id = kIdA, const std::string& more = "") {
  return std::string(R"({"resourceType":"Encounter","id":")") + id +
         R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"enc-)" +
         std::string(id).back() + R"("}],"status":"finished","subject":{"reference":"Patient/)" +
         kIdP + "\"}" + more + "}";
}

inline std::string Observation(const char* id = kIdB, const std::string& value = "120.50") {
  return std::string(R"({"resourceType":"Observation","id":")") + id +
         R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"obs-)" +
         std::string(id).back() + R"("}],"status":"final","encounter":{"reference":"Encounter/)" +
         kIdA + R"("},"valueQuantity":{"value":)" + value + "}}";
}

inline std::string Provenance() {
  return std::string(R"({"resourceType":"Provenance","id":")") + kIdC +
         R"(","target":[{"reference":"Encounter/)" + kIdA + R"("},{"reference":"Observation/)" +
         kIdB +
         R"("}],"recorded":"2026-03-01T10:00:00+01:00","entity":[{"role":"source","what":)"
         R"({"identifier":{"system":"https://kap-gateway.org/fhir/id/test","value":"S-1"}}}]})";
}

inline std::string Patient(const std::string& family = "Lovelace") {
  return std::string(R"({"resourceType":"Patient","id":")") + kIdP +
         R"(","identifier":[{"system":"urn:mrn","value":"M1"}],"name":[{"family":")" + family +
         R"("}],"birthDate":"1990-02-03"})";
}

inline std::string RemoteOf(const std::string& reference, const std::string& version) {
  return R"(,"remote":{"reference":")" + reference + R"(","version":")" + version + "\"}";
}

}  // namespace kgw::fhir_rest

#endif  // TESTS_PLUGINS_FHIR_REST_UNIT_TEXT_H_
