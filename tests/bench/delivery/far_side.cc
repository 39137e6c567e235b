#include "tests/bench/delivery/far_side.h"

#include <string_view>

#include "gateway/base/strings.h"
#include "tests/bench/support/program.h"

namespace kgw::bench {
namespace {

constexpr std::string_view kBase = "/fhir";
constexpr const char* kTypes[] = {"Account",
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
                                  "Location",
                                  "MedicationAdministration",
                                  "MedicationDispense",
                                  "MedicationRequest",
                                  "MedicationStatement",
                                  "Observation",
                                  "Organization",
                                  "Patient",
                                  "Practitioner",
                                  "PractitionerRole",
                                  "Procedure",
                                  "Provenance",
                                  "QuestionnaireResponse",
                                  "RelatedPerson"};

std::string Answer(const char* status, std::string_view headers, std::string_view body) {
  std::string answer;
  answer.reserve(body.size() + headers.size() + 128);
  StrAppend(&answer, "HTTP/1.1 ", status, "\r\nContent-Type: application/fhir+json\r\n", headers,
            "Content-Length: ", std::to_string(body.size()), "\r\n\r\n", body);
  return answer;
}

std::string Metadata() {
  std::string types;
  for (const char* type : kTypes) {
    StrAppend(&types, types.empty() ? "" : ",", R"({"type":")", type,
              R"(","versioning":"versioned","updateCreate":true,"interaction":[{"code":"create"},)",
              R"({"code":"read"},{"code":"update"},{"code":"search-type"}]})");
  }
  std::string statement;
  StrAppend(&statement, R"({"resourceType":"CapabilityStatement","status":"active",)",
            R"("fhirVersion":"4.0.1","software":{"name":"bench"},"rest":[{"mode":"server",)",
            R"("interaction":[{"code":"transaction"}],"resource":[)", types, "]}]}");
  return statement;
}

// As the connector writes an entry's request. It may name no version: nothing is put twice here.
constexpr std::string_view kPut = R"("method":"PUT","url":")";

std::string AnswerToTransaction(const std::string& body, std::vector<std::string>* written) {
  std::string entries;
  for (size_t at = body.find(kPut); at != std::string::npos; at = body.find(kPut, at)) {
    at += kPut.size();
    const size_t end = body.find('"', at);
    const std::string& reference = written->emplace_back(body, at, end - at);
    StrAppend(&entries, entries.empty() ? "" : ",",
              R"({"response":{"status":"201 Created","location":")", reference,
              R"(/_history/1","etag":"W/\"1\""}})");
  }
  if (written->empty()) Die("a transaction has no PUT");
  std::string bundle;
  StrAppend(&bundle, R"({"resourceType":"Bundle","type":"transaction-response","entry":[)", entries,
            "]}");
  return bundle;
}

}  // namespace

Heard Hear(const Request& request) {
  static const std::string kMetadata = Answer("200 OK", "", Metadata());
  static const std::string kNothing =
      Answer("200 OK", "", R"({"resourceType":"Bundle","type":"searchset","total":0})");
  Heard heard;
  std::string_view path = request.path;
  if (!path.starts_with(kBase)) Die("a request for " + request.path);
  path.remove_prefix(kBase.size());
  if (request.method == "POST" && (path.empty() || path == "/")) {
    heard.transaction = true;
    heard.answer = Answer("200 OK", "", AnswerToTransaction(request.body, &heard.written));
  } else if (request.method == "PUT" && path.size() > 1) {
    heard.written.emplace_back(path.substr(1));
    heard.answer = Answer("201 Created", "ETag: W/\"1\"\r\n", "");
  } else if (request.method == "GET" && path == "/metadata") {
    heard.answer = kMetadata;
  } else if (request.method == "GET" && path.find('?') != std::string_view::npos) {
    heard.answer = kNothing;
  } else {
    heard.answer = Answer("404 Not Found", "", "");
  }
  return heard;
}

}  // namespace kgw::bench
