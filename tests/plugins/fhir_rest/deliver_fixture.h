#ifndef TESTS_PLUGINS_FHIR_REST_DELIVER_FIXTURE_H_
#define TESTS_PLUGINS_FHIR_REST_DELIVER_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "kgw/testing.hpp"
#include "tests/plugins/fhir_rest/fake_fhir.h"
#include "tests/plugins/fhir_rest/unit_text.h"

extern "C" const kgw_plugin* kgw_entry_v1(uint32_t);

namespace kgw::fhir_rest {

// The connector through its C table, against a server in memory.
class DeliverTest : public ::testing::Test {
 protected:
  DeliverTest() {
    host_.Grant(http_);
    server_.Serve(http_);
  }

  kgw_code Deliver(const UnitText& unit) {
    if (plugin_ == nullptr)
      plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
    call_ = std::make_unique<testing::FakeCall>();
    const kgw_code code = plugin_->Deliver(*call_, unit.Text());
    EXPECT_THAT(call_->violations(), ::testing::IsEmpty());
    return code;
  }

  // From now on the plug-in, made anew, meets this far side.
  void Face(FakeFhir& server) {
    server.Serve(http_);
    plugin_ = nullptr;
  }
  // One Observation, to another far side that takes transactions or does not.
  kgw_code DeliverFirst(FakeFhir& server, bool transactions) {
    server.transaction = transactions;
    Face(server);
    UnitText first;
    first.Write(Observation());
    return Deliver(first);
  }

  // What was journalled about an entry: "delivered Encounter/1 v1", or "".
  std::string ResultOf(const std::string& ours) const {
    std::string result;
    for (const testing::Emit& emit : call_->emits()) {
      if (emit.media_type != "application/vnd.kgw.entry+json") continue;
      const Json body = ParseJson(emit.body).value();
      for (const Json& line : body["entries"].items) {
        if (line.TextOf("entry") != ours) continue;
        result = line.TextOf("state");
        if (!line.TextOf("remote").empty()) result += " " + line.TextOf("remote");
        if (!line.TextOf("version").empty()) result += " v" + line.TextOf("version");
      }
    }
    return result;
  }
  std::vector<std::string> Intents() const {
    std::vector<std::string> intents;
    for (const testing::Emit& emit : call_->emits()) {
      if (emit.media_type != "application/vnd.kgw.intent+json") continue;
      const Json body = ParseJson(emit.body).value();
      for (const Json& entry : body["entries"].items) intents.push_back(entry.text);
    }
    return intents;
  }
  int IntentEmits() const {
    return static_cast<int>(std::ranges::count(call_->emits(), "application/vnd.kgw.intent+json",
                                               &testing::Emit::media_type));
  }
  Json Error() const {
    for (const testing::Emit& emit : call_->emits()) {
      if (emit.media_type == "application/vnd.kgw.error+json") return ParseJson(emit.body).value();
    }
    return Json();
  }
  void NoTransactions() {
    server_.transaction = false;
    server_.update_create = false;
  }
  void SearchOnly() {
    NoTransactions();
    server_.conditional_create = false;
  }

  static std::string EncounterA() { return std::string("Encounter/") + kIdA; }
  static std::string ObservationB() { return std::string("Observation/") + kIdB; }
  static std::string ProvenanceC() { return std::string("Provenance/") + kIdC; }
  static UnitText Session() {
    UnitText unit;
    // In an order that does not work one by one.
    unit.Write(Provenance()).Write(Observation()).Write(Encounter());
    return unit.Refer(std::string("Patient/") + kIdP, "Patient/77");
  }

  std::string config_ =
      R"({"url":"https://ehr.example.org/fhir","people":"link","settings":{"settle_ms":"0"}})";
  testing::FakeHost host_;
  testing::FakeHttp http_;
  FakeFhir server_;
  std::unique_ptr<testing::FakePlugin> plugin_;
  std::unique_ptr<testing::FakeCall> call_;
};

}  // namespace kgw::fhir_rest

#endif  // TESTS_PLUGINS_FHIR_REST_DELIVER_FIXTURE_H_
