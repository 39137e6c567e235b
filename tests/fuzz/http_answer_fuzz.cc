// HTTP answers: whatever a far side says, the FHIR connector ends with a code, breaks no rule of
// the contract, and emits nothing but JSON.
//
// The input is: one byte of switches, then answers divided by 0xFE. An answer is two bytes of
// status, a line that stands in every header the connector reads, and the body.
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kgw/testing.hpp"
#include "plugins/fhir_rest/json.h"

extern "C" const kgw_plugin* kgw_entry_v1(uint32_t);

namespace {

using kgw::testing::FakeHttp;

constexpr char kUnit[] =
    R"({"delivery":"d","attempt":2,"record":{"type":"Session","id":"S","version":"1"},"entries":[)"
    R"({"entry":"Patient/p","action":"write","resource":{"resourceType":"Patient","id":"p",)"
    R"("identifier":[{"system":"s","value":"v"}],"name":[{"family":"F"}],"birthDate":"1990-01-01"}},)"
    R"({"entry":"Observation/o","action":"write","resource":{"resourceType":"Observation","id":"o",)"
    R"("identifier":[{"system":"s","value":"o"}],"subject":{"reference":"Patient/p"}},)"
    R"("intended":true},)"
    R"({"entry":"Observation/u","action":"write","resource":{"resourceType":"Observation","id":"u"},)"
    R"("remote":{"reference":"Observation/9","version":"3"}},)"
    R"({"entry":"Provenance/v","action":"write","resource":{"resourceType":"Provenance","id":"v",)"
    R"("target":[{"reference":"Observation/u"}],"recorded":"2026-01-01T00:00:00Z"}},)"
    R"({"entry":"Observation/w","action":"remove","resource":{"resourceType":"Observation","id":"w"},)"
    R"("remote":{"reference":"Observation/8"}}],"references":{}})";

std::string Metadata(uint8_t switches) {
  const auto flag = [&](int bit) { return (switches >> bit & 1) != 0 ? "true" : "false"; };
  std::string types;
  for (const char* type : {"Patient", "Observation", "Provenance"}) {
    types += std::string(types.empty() ? "" : ",") + R"({"type":")" + type +
             R"(","interaction":[{"code":"read"},{"code":"create"},{"code":"update"},)" +
             R"({"code":"search-type"}],"updateCreate":)" + flag(2) + R"(,"conditionalCreate":)" +
             flag(3) + "}";
  }
  return std::string(R"({"resourceType":"CapabilityStatement","rest":[{"mode":"server",)") +
         R"("interaction":[{"code":")" + ((switches & 2) != 0 ? "transaction" : "batch") +
         R"("}],"resource":[)" + types + "]}]}";
}

// Gives out the answers one after the other, the last one for ever.
class Answers {
 public:
  explicit Answers(std::string_view script) : script_(script) {}

  FakeHttp::Response Next() {
    if (!script_.empty()) {
      const size_t end = std::min(script_.find('\xfe'), script_.size());
      current_ = script_.substr(0, end);
      script_.remove_prefix(std::min(end + 1, script_.size()));
    }
    FakeHttp::Response response;
    if (current_.size() < 2) {
      response.code = KGW_ABORTED;
      return response;
    }
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(current_[i]); };
    constexpr std::array<int, 16> kStatus = {200, 201, 204, 302, 400, 401, 403, 404,
                                             405, 409, 410, 412, 413, 429, 500, 503};
    constexpr std::array<kgw_code, 4> kLost = {KGW_UNAVAILABLE, KGW_ABORTED, KGW_RESOURCE_EXHAUSTED,
                                               KGW_DEADLINE_EXCEEDED};
    if (byte(1) >= 0xF0) response.code = kLost[byte(1) & 3];
    response.status = kStatus[byte(0) & 15];
    const std::string_view rest = current_.substr(2);
    const size_t line = std::min(rest.find('\n'), rest.size());
    for (const char* name : {"Location", "ETag", "Retry-After", "X-Request-Id"}) {
      response.headers.push_back({name, std::string(rest.substr(0, line))});
    }
    response.body = std::string(rest.substr(std::min(line + 1, rest.size())));
    return response;
  }

 private:
  std::string_view script_;
  std::string_view current_;
};

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t switches = data[0];
  Answers answers(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  FakeHttp http;
  http.Handle([&](const FakeHttp::Request& request) {
    if ((switches & 1) != 0 && request.url.ends_with("/metadata")) {
      FakeHttp::Response response;
      response.body = Metadata(switches);
      return response;
    }
    return answers.Next();
  });
  kgw::testing::FakeHost host;
  host.Grant(http);
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host,
                                  (switches & 16) != 0
                                      ? R"({"url":"https://x/fhir","people":"create"})"
                                      : R"({"url":"https://x/fhir","people":"link"})");
  kgw::testing::FakeCall call;
  plugin.Deliver(call, kUnit);
  Require(call.violations().empty());
  for (const kgw::testing::Emit& emit : call.emits()) {
    Require(kgw::fhir_rest::ParseJson(emit.body).has_value());
  }
  kgw::testing::FakeCall probe;
  plugin.Probe(probe);
  Require(probe.violations().empty());
  return 0;
}
