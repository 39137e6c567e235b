// The connector as it is shipped, loaded as a plug-in, against a server that nobody here wrote.
#include "tests/integration/fhir_rest/hapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "gateway/base/json.h"
#include "gateway/plugin/plugin_set.h"
#include "tests/plugins/fhir_rest/unit_text.h"
#include "tests/support/json_text.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::HasSubstr;

// Collects what a connector emits.
class Collector : public plugin::EmitSink {
 public:
  absl::Status OnEmit(const plugin::Emitted& emitted) override {
    if (emitted.media_type == "application/vnd.kgw.probe+json") probe = emitted.body;
    if (emitted.media_type == "application/vnd.kgw.error+json") error = emitted.body;
    if (emitted.media_type == "application/vnd.kgw.intent+json") ++intents;
    if (emitted.media_type != "application/vnd.kgw.entry+json") return absl::OkStatus();
    const auto document = json::Document::Parse(emitted.body);
    if (!document.ok()) return document.status();
    for (const json::Value& line : document->root().Find("entries")) {
      const std::string entry(line.TextOf("entry"));
      states[entry] = line.TextOf("state");
      remotes[entry] = line.TextOf("remote");
      versions[entry] = line.TextOf("version");
    }
    return absl::OkStatus();
  }

  std::string probe;
  std::string error;
  int intents = 0;
  std::map<std::string, std::string> states, remotes, versions;
};

// One server for all tests; each uses identifiers of its own.
class HapiTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* plugins = std::getenv("KGW_PLUGIN_DIR");
    if (!Hapi::Built() || plugins == nullptr) return;
    hapi_ = new Hapi();
    plugin::PluginSetOptions options;
    options.paths = {plugins};
    options.names = {"fhir_rest"};
    options.log = [](int32_t, std::string_view) {};
    plugins_ = plugin::PluginSet::Load(std::move(options)).release();
  }
  static void TearDownTestSuite() {
    delete plugins_;
    delete hapi_;
  }
  void SetUp() override {
    if (hapi_ == nullptr) {
      std::printf(
          "SKIPPED: HAPI is not built (tests/support/hapi-server/run.sh --build), "
          "or KGW_PLUGIN_DIR is not set\n");
      GTEST_SKIP();
    }
    ASSERT_FALSE(hapi_->url().empty()) << "HAPI did not start";
  }

  std::unique_ptr<plugin::Connector> Connect(const std::string& people,
                                             const std::string& settings = "") {
    plugin::ConnectorGrant grant;
    grant.instance = "hapi";
    grant.origins = {hapi_->url()};
    auto connector = plugins_->MakeConnector("fhir_rest",
                                             R"({"url":")" + hapi_->url() + R"(","people":")" +
                                                 people + R"(","settings":{)" + settings + "}}",
                                             grant);
    EXPECT_TRUE(connector.ok()) << connector.status();
    return connector.ok() ? *std::move(connector) : nullptr;
  }
  plugin::CallResult Deliver(plugin::Connector& connector, const UnitText& unit) {
    collected_ = Collector();
    return connector.Deliver("demo-clinic", unit.Text(), collected_, absl::Seconds(120));
  }
  static int Count(const std::string& query) {
    const auto answer = hapi_->Ask("GET", query + "&_summary=count");
    const auto document = json::Document::Parse(answer.body);
    if (!document.ok()) return -1;
    return static_cast<int>(document->root().Find("total").AsInt64().value_or(-1));
  }
  // A session whose ids and identifiers are this test's own.
  UnitText Session(const std::string& tag, const std::string& more = "") {
    patient_ = tag + "-patient";
    encounter_ = tag + "-encounter";
    observation_ = tag + "-observation";
    provenance_ = tag + "-provenance";
    UnitText unit;
    unit.Write(
        R"({"resourceType":"Provenance","id":")" + provenance_ +
            R"(","target":[{"reference":"Encounter/)" + encounter_ +
            R"("}],"recorded":"2026-03-01T10:00:00+01:00","agent":[{"who":{"display":"x"}}],)"
            R"("entity":[{"role":"source","what":{"identifier":{"system":"https://kap-gateway.org/fhir/id/test","value":")" +
            tag + R"("}}}]})",
        more);
    unit.Write(
        R"({"resourceType":"Observation","id":")" + observation_ +
            R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"o-)" +
            tag +
            R"("}],"status":"final","code":{"text":"pulse"},"encounter":{"reference":)"
            R"("Encounter/)" +
            encounter_ + R"("},"valueQuantity":{"value":72.50}})",
        more);
    // R4 has no search for it by identifier.
    unit.Write(
        R"({"resourceType":"AdverseEvent","id":")" + tag +
            R"(-event","identifier":{"system":"https://kap-gateway.org/fhir/id/test","value":"a-)" +
            tag + R"("},"actuality":"actual","subject":{"reference":"Patient/)" + patient_ + "\"}}",
        more);
    unit.Write(
        R"({"resourceType":"Encounter","id":")" + encounter_ +
            R"(","identifier":[{"system":"https://kap-gateway.org/fhir/id/test","value":"e-)" +
            tag +
            R"("}],"status":"finished","class":{"code":"AMB"},"subject":{"reference":)"
            R"("Patient/)" +
            patient_ + "\"}}",
        more);
    unit.Write(R"({"resourceType":"Patient","id":")" + patient_ +
                   R"(","identifier":[{"system":"urn:mrn","value":"m-)" + tag +
                   R"("}],"name":[{"family":"Example"}],"birthDate":"1990-02-03"})",
               more);
    return unit;
  }

  static Hapi* hapi_;
  static plugin::PluginSet* plugins_;
  Collector collected_;
  std::string patient_, encounter_, observation_, provenance_;
};

Hapi* HapiTest::hapi_ = nullptr;
plugin::PluginSet* HapiTest::plugins_ = nullptr;

TEST_F(HapiTest, TheProbeFindsATransactionServer) {
  const auto connector = Connect("create");
  Collector collected;
  const plugin::CallResult result = connector->Probe(collected, absl::Seconds(60));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(collected.probe, HasSubstr(R"("fhir_version":"4.0.1","transaction":true)"));
  EXPECT_THAT(collected.probe, HasSubstr(R"({"type":"Observation","create":true,"update":true,)"
                                         // It takes ids of ours and does not say so.
                                         R"("update_create":false,"conditional_create":true,)"));
}

TEST_F(HapiTest, EveryRoadMakesEachResourceOnceHoweverOftenItIsSent) {
  const std::pair<const char*, const char*> roads[] = {
      {"t-ours", R"("ids":"ours")"},
      {"s-ours", R"("ids":"ours","bundle":"single")"},
      {"t-auto", ""},
      {"s-theirs", R"("ids":"theirs","bundle":"single")"}};
  for (const auto& [tag, settings] : roads) {
    SCOPED_TRACE(tag);
    const auto connector = Connect("create", settings);
    const plugin::CallResult first = Deliver(*connector, Session(tag));
    ASSERT_TRUE(first.status.ok()) << first.status << collected_.error;
    EXPECT_EQ(collected_.states.size(), 5u);
    const std::string patient = collected_.remotes["Patient/" + patient_];
    const std::string observation = collected_.remotes["Observation/" + observation_];
    EXPECT_EQ(collected_.versions["Observation/" + observation_], "1");
    const std::string encounter = collected_.remotes["Encounter/" + encounter_];
    // As after a crash: everything was intended, nothing is known of the answer.
    const plugin::CallResult again = Deliver(*connector, Session(tag, R"(,"intended":true)"));
    ASSERT_TRUE(again.status.ok()) << again.status << collected_.error;
    EXPECT_EQ(collected_.remotes["Observation/" + observation_], observation);
    EXPECT_EQ(Count("Patient?identifier=urn:mrn%7Cm-" + std::string(tag)), 1);
    EXPECT_EQ(
        Count("Encounter?identifier=https://kap-gateway.org/fhir/id/test%7Ce-" + std::string(tag)),
        1);
    EXPECT_EQ(Count("Observation?identifier=https://kap-gateway.org/fhir/id/test%7Co-" +
                    std::string(tag)),
              1);
    EXPECT_EQ(Count("Provenance?target=" + encounter), 1);
    EXPECT_EQ(Count("AdverseEvent?subject=" + patient), 1);
    const std::string read = hapi_->Ask("GET", observation).body;
    EXPECT_THAT(read, HasSubstr(encounter));
    EXPECT_THAT(read, HasSubstr("72.50"));
  }
}

TEST_F(HapiTest, AStaleVersionIs409HereAndIsWrittenOverOnce) {
  for (const char* settings : {R"("ids":"ours")", R"("ids":"ours","bundle":"single")"}) {
    const std::string tag = settings == std::string(R"("ids":"ours")") ? "stale-t" : "stale-s";
    const auto connector = Connect("create", settings);
    ASSERT_TRUE(Deliver(*connector, Session(tag)).status.ok()) << collected_.error;
    const std::string body = R"({"resourceType":"Observation","id":")" + observation_ +
                             R"(","status":"amended","code":{"text":"theirs"}})";
    ASSERT_EQ(hapi_->Ask("PUT", "Observation/" + observation_, body).status, 200);
    UnitText next;
    next.Write(R"({"resourceType":"Observation","id":")" + observation_ +
                   R"(","status":"final","code":{"text":"ours"}})",
               RemoteOf("Observation/" + observation_, "1"));
    const plugin::CallResult result = Deliver(*connector, next);
    ASSERT_TRUE(result.status.ok()) << result.status << collected_.error;
    EXPECT_EQ(collected_.versions["Observation/" + observation_], "3");
    ASSERT_EQ(result.issues.size(), 1u);
    EXPECT_EQ(result.issues[0].code, "conflict");
    EXPECT_THAT(hapi_->Ask("GET", "Observation/" + observation_).body, HasSubstr("ours"));
  }
}

TEST_F(HapiTest, PeopleAreLinkedOrHoldTheLane) {
  const std::string theirs =
      R"({"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"m-link"}],)"
      R"("name":[{"family":"EXAMPLE"}],"birthDate":"1990-02-03"})";
  const auto connector = Connect("link");
  const UnitText unit = Session("link");
  EXPECT_EQ(Deliver(*connector, unit).status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(collected_.error, HasSubstr("unlinked"));
  ASSERT_EQ(hapi_->Ask("POST", "Patient", theirs).status, 201);
  ASSERT_TRUE(Deliver(*connector, unit).status.ok()) << collected_.error;
  EXPECT_EQ(collected_.states["Patient/" + patient_], "linked");
  EXPECT_THAT(hapi_->Ask("GET", collected_.remotes["Encounter/" + encounter_]).body,
              HasSubstr(collected_.remotes["Patient/" + patient_]));
  ASSERT_EQ(hapi_->Ask("POST", "Patient", theirs).status, 201);
  EXPECT_EQ(Deliver(*connector, unit).status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(collected_.error, HasSubstr("ambiguous"));
}

TEST_F(HapiTest, WhatItRejectsComesBackInItsOwnWords) {
  for (const char* settings : {"", R"("bundle":"single")"}) {
    const auto connector = Connect("create", settings);
    UnitText unit;
    unit.Write(R"({"resourceType":"Observation","id":"wrong-1","status":"no-such-status",)"
               R"("code":{"text":"x"}})");
    const plugin::CallResult result = Deliver(*connector, unit);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument) << result.status;
    EXPECT_THAT(collected_.error, HasSubstr(R"("class":"rejected")"));
    EXPECT_THAT(collected_.error, HasSubstr("no-such-status"));
    EXPECT_THAT(collected_.error, HasSubstr("HAPI-"));
  }
}

TEST_F(HapiTest, AReferenceToNothingIsRefusedAndLeavesNothing) {
  const auto connector = Connect("create");
  UnitText unit;
  unit.Write(R"({"resourceType":"Encounter","id":"dangling-1","status":"finished","class":)"
             R"({"code":"AMB"},"subject":{"reference":"Patient/not-here"}})");
  unit.Refer("Patient/not-here", "Patient/not-here");
  EXPECT_FALSE(Deliver(*connector, unit).status.ok());
  EXPECT_EQ(hapi_->Ask("GET", "Encounter/dangling-1").status, 404);
}

TEST_F(HapiTest, WhatIsGoneFromARecordIsMarked) {
  const auto connector = Connect("create", R"("ids":"ours")");
  ASSERT_TRUE(Deliver(*connector, Session("gone")).status.ok()) << collected_.error;
  UnitText unit;
  unit.Remove(R"({"resourceType":"Observation","id":")" + observation_ + R"("})",
              RemoteOf("Observation/" + observation_, "1"));
  const plugin::CallResult result = Deliver(*connector, unit);
  ASSERT_TRUE(result.status.ok()) << result.status << collected_.error;
  EXPECT_THAT(hapi_->Ask("GET", "Observation/" + observation_).body, HasSubstr("entered-in-error"));
}

TEST_F(HapiTest, ManyAtOnceAllArriveOnce) {
  for (const std::string road : {"ours", "auto"}) {
    const auto connector = Connect("create", R"("ids":")" + road + "\"");
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::vector<std::string> failures;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 5; ++n) {
          const std::string id = road + "-" + std::to_string(i) + "-" + std::to_string(n);
          UnitText unit;
          unit.Write(R"({"resourceType":"Patient","id":")" + id +
                     R"(","identifier":[{"system":"urn:many","value":")" + id + R"("}]})");
          unit.Write(R"({"resourceType":"Observation","id":"o-)" + id +
                     R"(","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" +
                     id + "\"}}");
          // A race in the server is ABORTED: again, as the engine would.
          absl::Status status = absl::AbortedError("");
          Collector collected;
          for (int attempt = 0; attempt < 5 && absl::IsAborted(status); ++attempt) {
            collected = Collector();
            status = connector->Deliver("demo-clinic", unit.Text(), collected, absl::Seconds(120))
                         .status;
          }
          std::lock_guard<std::mutex> lock(mutex);
          if (!status.ok()) failures.push_back(collected.error);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(failures, ::testing::IsEmpty()) << road;
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(Count("Patient?identifier=urn:many%7C" + road + "-" + std::to_string(i) + "-4"), 1);
    }
  }
}

// What the mapper makes of every golden record, people and places first, and all of it again as
// after a crash.
TEST_F(HapiTest, EveryGoldenBundleArrivesOnce) {
  const auto connector = Connect("create");
  std::map<std::string, std::string> places;
  int bundles = 0;
  for (const char* type :
       {"Organization", "Practitioner", "Patient", "Visit", "Session", "Screening", "Outcome"}) {
    const std::filesystem::path folder = std::filesystem::path("tests/golden") / type;
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      const std::string path = file.path().string();
      if (!path.ends_with(".bundle.json")) continue;
      SCOPED_TRACE(path);
      std::ifstream in(path);
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      const auto bundle = json::Document::Parse(text);
      ASSERT_TRUE(bundle.ok()) << bundle.status();
      for (const bool intended : {false, true}) {
        UnitText unit;
        size_t resources = 0;
        for (const json::Value& entry : bundle->root().Find("entry")) {
          unit.Write(json::ToText(entry.Find("resource")), intended ? R"(,"intended":true)" : "");
          ++resources;
        }
        for (const auto& [ours, theirs] : places) unit.Refer(ours, theirs);
        const plugin::CallResult result = Deliver(*connector, unit);
        EXPECT_TRUE(result.status.ok()) << result.status << collected_.error;
        EXPECT_EQ(collected_.states.size(), resources);
        for (const auto& [ours, theirs] : collected_.remotes) {
          if (intended) {
            EXPECT_EQ(places[ours], theirs) << ours;
          }
          if (!theirs.empty()) places[ours] = theirs;
        }
      }
      ++bundles;
    }
  }
  EXPECT_GT(bundles, 0);
}

}  // namespace
}  // namespace kgw::fhir_rest
