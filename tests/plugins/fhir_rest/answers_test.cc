// What the far side says, and what becomes of a delivery then.
#include <memory>

#include "plugins/fhir_rest/capability.h"
#include "tests/plugins/fhir_rest/deliver_fixture.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::HasSubstr;

// --- what the far side may answer ---------------------------------------------------------------

struct StatusCase {
  int status;
  kgw_code code;
  const char* error_class;
};

TEST_F(DeliverTest, EachStatusMeansOneThing) {
  const StatusCase cases[] = {{400, KGW_INVALID_ARGUMENT, "rejected"},
                              {401, KGW_UNAVAILABLE, "denied"},
                              {403, KGW_FAILED_PRECONDITION, "denied"},
                              {410, KGW_INVALID_ARGUMENT, "rejected"},
                              {422, KGW_INVALID_ARGUMENT, "rejected"},
                              {429, KGW_RESOURCE_EXHAUSTED, "unavailable"},
                              {500, KGW_UNAVAILABLE, "unavailable"},
                              {503, KGW_UNAVAILABLE, "unavailable"},
                              {302, KGW_ABORTED, "protocol"}};
  for (const StatusCase& one : cases) {
    server_.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "GET") return std::nullopt;
      return FakeFhir::Http::Response{
          KGW_OK,
          one.status,
          {{"X-Request-Id", "r-1"}, {"Retry-After", "7"}},
          R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid",)"
          R"("diagnostics":"their own words","expression":["Encounter.status"]}]})",
          ""};
    };
    EXPECT_EQ(Deliver(Session()), one.code) << one.status;
    EXPECT_EQ(Error().TextOf("class"), one.error_class) << one.status;
    EXPECT_EQ(Error()["http_status"].text, std::to_string(one.status));
    EXPECT_EQ(Error().TextOf("request_id"), "r-1");
    EXPECT_THAT(Error().TextOf("text"), HasSubstr("their own words"));
    EXPECT_EQ(call_->retry_after().at(0), 7000);
  }
}

TEST_F(DeliverTest, BodiesThatAreNoAnswerToATransactionAreAProtocolFailure) {
  const std::string bodies[] = {"",
                                "<html>fine</html>",
                                R"({"resourceType":"Bundle","entry":[)",
                                R"({"resourceType":"Bundle","entry":[]})",
                                R"({"resourceType":"Patient"})",
                                R"({"resourceType":"Bundle","entry":[{},{},{}]})",
                                std::string(100000, '[')};
  for (const std::string& body : bodies) {
    server_.before =
        [&](const FakeFhir::Http::Request& request) -> std::optional<FakeFhir::Http::Response> {
      if (request.method == "GET") return std::nullopt;
      return FakeFhir::Http::Response{KGW_OK, 200, {}, body, ""};
    };
    EXPECT_EQ(Deliver(Session()), KGW_ABORTED) << body.substr(0, 40);
    EXPECT_EQ(Error().TextOf("class"), "protocol");
  }
}

TEST_F(DeliverTest, AFarSideThatIsNotThereIsTriedLater) {
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_UNAVAILABLE, 0, {}, "", "connection refused"};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_OK, 404, {}, "<html><b>nothing</b> here</html>", ""};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);  // /metadata's 404 is nobody's record's fault
  EXPECT_EQ(Error().TextOf("text"), "/metadata: nothing here");
  server_.before = [](const FakeFhir::Http::Request&) {
    return FakeFhir::Http::Response{KGW_OK, 200, {}, "<html>back soon</html>", ""};
  };
  EXPECT_EQ(Deliver(Session()), KGW_UNAVAILABLE);
  EXPECT_EQ(Error().TextOf("class"), "unavailable");  // not "protocol", which has an end
}

TEST_F(DeliverTest, TimeThatRunsOutKeepsWhatWasDone) {
  SearchOnly();
  server_.before = [&](const FakeFhir::Http::Request&) -> std::optional<FakeFhir::Http::Response> {
    if (!server_.writes.empty()) call_->set_deadline_ns(1);
    return std::nullopt;
  };
  EXPECT_EQ(Deliver(Session()), KGW_ABORTED);
  EXPECT_EQ(Error().TextOf("class"), "timeout");
  EXPECT_THAT(ResultOf(EncounterA()), HasSubstr("delivered"));
}

TEST_F(DeliverTest, TheProbeTellsWhatTheFarSideCanDo) {
  server_.types_taken = {"Observation"};
  plugin_ = std::make_unique<testing::FakePlugin>(&kgw_entry_v1, host_, config_);
  testing::FakeCall call;
  ASSERT_EQ(plugin_->Probe(call), KGW_OK);
  ASSERT_EQ(call.emits().size(), 1u);
  EXPECT_EQ(call.emits()[0].body,
            R"({"software":"Fake 1","fhir_version":"4.0.1","transaction":true,"types":[{"type":)"
            R"("Observation","create":true,"update":true,"update_create":true,)"
            R"("conditional_create":true,"search":true}]})");
}

TEST_F(DeliverTest, TheProbeTellsWhichTypesAreMissing) {
  server_.types_taken = {"Observation"};
  const auto missing = [&](const std::string& types) {
    testing::FakePlugin plugin(
        &kgw_entry_v1, host_,
        R"({"url":"https://ehr.example.org/fhir","resource_types":[)" + types + "]}");
    testing::FakeCall call;
    EXPECT_EQ(plugin.Probe(call), KGW_OK);
    return WriteJson((*ParseJson(call.emits().at(0).body))["missing"]);
  };
  EXPECT_EQ(missing(R"("Account","Location","Observation","PractitionerRole")"),
            R"(["Account","PractitionerRole","Location"])");
  EXPECT_EQ(missing(R"("Observation")"), "[]");
}

TEST(ProbeReportTest, ForWhoIsLinkedFoundIsEnough) {
  Capability capability;
  capability.types["Patient"].search = true;
  capability.types["Procedure"].search = true;
  capability.types["Observation"].update = true;
  const Json report =
      ParseJson(ProbeReport(capability, {"Observation", "Patient", "Procedure"})).value();
  EXPECT_EQ(WriteJson(report["missing"]), R"(["Procedure"])");
}

TEST_F(DeliverTest, AWrongConfigurationIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "the configuration"},
      {R"({"url":"ftp://x"})", "url"},
      {R"({"url":"https://x/fhir?a=b"})", "url"},
      {R"({"url":"https://x","people":"invent"})", "people"},
      {R"({"url":"https://x","settings":{"bundel":"single"}})", "bundel"},
      {R"({"url":"https://x","settings":{"search_pages":"many"}})", "settings.search_pages"}};
  for (const auto& [config, field] : cases) {
    testing::FakePlugin plugin(&kgw_entry_v1, host_, config);
    EXPECT_EQ(plugin.create_code(), KGW_INVALID_ARGUMENT) << config;
    ASSERT_EQ(plugin.create_call().issues().size(), 1u);
    EXPECT_THAT(plugin.create_call().issues()[0].text, HasSubstr(field));
  }
}

}  // namespace
}  // namespace kgw::fhir_rest
