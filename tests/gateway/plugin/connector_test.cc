#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "gateway/base/strings.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

class KeepingSink : public EmitSink {
 public:
  absl::Status OnEmit(const Emitted& emitted) override {
    if (!refusal_.ok()) return refusal_;
    emits_.push_back(emitted);
    return absl::OkStatus();
  }
  void Refuse(absl::Status status) { refusal_ = std::move(status); }
  const std::vector<Emitted>& emits() const { return emits_; }

 private:
  absl::Status refusal_;
  std::vector<Emitted> emits_;
};

class MemoryStore : public StateStore {
 public:
  absl::StatusOr<std::string> GetState(std::string_view scope, std::string_view tenant,
                                       std::string_view key) override {
    const auto found = values_.find(StrCat(scope, "|", tenant, "|", key));
    if (found == values_.end()) return absl::NotFoundError("none");
    return found->second;
  }
  absl::Status PutState(std::string_view scope, std::string_view tenant, std::string_view key,
                        std::string_view value) override {
    if (!failure_.ok()) return failure_;
    values_[StrCat(scope, "|", tenant, "|", key)] = std::string(value);
    return absl::OkStatus();
  }
  void Fail(absl::Status status) { failure_ = std::move(status); }
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  absl::Status failure_;
  std::map<std::string, std::string> values_;
};

class ConnectorTest : public testing::Test {
 protected:
  void SetUp() override {
    staged_.Add("good_connector");
    staged_.Add("lying_connector");
    set_ = PluginSet::Load(staged_.Options({"good_connector", "lying_connector"}));
  }

  std::unique_ptr<Connector> Make(std::string_view name, ConnectorGrant grant = {}) {
    absl::StatusOr<std::unique_ptr<Connector>> c = set_->MakeConnector(name, "{}", grant);
    EXPECT_TRUE(c.ok()) << c.status();
    return *std::move(c);
  }
  std::unique_ptr<Connector> WithState(std::string instance) {
    ConnectorGrant grant;
    grant.instance = std::move(instance);
    grant.state = &store_;
    return Make("good_connector", grant);
  }

  StagedPlugins staged_;
  MemoryStore store_;
  KeepingSink sink_;
  std::unique_ptr<PluginSet> set_;
};

TEST_F(ConnectorTest, PassesOnWhatItEmitsAndSaysWhenToComeBack) {
  const std::unique_ptr<Connector> c = WithState("ehr");
  EXPECT_TRUE(c->Deliver("north", "keep it", sink_, absl::Seconds(5)).status.ok());
  ASSERT_EQ(sink_.emits().size(), 1u);
  EXPECT_EQ(sink_.emits()[0].media_type, "application/vnd.kgw.entry+json");
  EXPECT_EQ(sink_.emits()[0].name, "entry");

  const CallResult again = c->Deliver("north", "again", sink_, absl::Seconds(5));
  EXPECT_EQ(again.status, absl::UnavailableError("Plug-in good_connector answered UNAVAILABLE."));
  EXPECT_EQ(again.retry_after, absl::Milliseconds(2500));

  const CallResult dead = c->Deliver("north", "dead", sink_, absl::Seconds(5));
  EXPECT_EQ(dead.status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(dead.issues.size(), 1u);
  EXPECT_EQ(dead.issues[0].text, "The far side refused.");
}

TEST_F(ConnectorTest, WhatTheHostCouldNotKeepIsTheResult) {
  const std::unique_ptr<Connector> c = WithState("ehr");
  sink_.Refuse(absl::ResourceExhaustedError("The disk is full."));
  EXPECT_EQ(c->Deliver("north", "keep it", sink_, absl::Seconds(5)).status,
            absl::ResourceExhaustedError("The disk is full."));
}

TEST_F(ConnectorTest, SuccessAfterAFailedEmitIsALie) {
  const std::unique_ptr<Connector> c = Make("lying_connector");
  sink_.Refuse(absl::UnavailableError("The store is closed."));
  EXPECT_EQ(c->Deliver("t", "ignores", sink_, absl::Seconds(5)).status,
            absl::InternalError("Plug-in lying_connector broke a rule of kgw.h: it returned OK "
                                "although an emit had failed."));
  EXPECT_EQ(c->Deliver("t", "emits on", sink_, absl::Seconds(5)).status,
            absl::InternalError("Plug-in lying_connector broke a rule of kgw.h: it emitted again "
                                "after an emit had failed."));
}

TEST_F(ConnectorTest, SilenceIsNoSuccess) {
  const std::unique_ptr<Connector> c = Make("lying_connector");
  EXPECT_EQ(c->Deliver("t", "silent", sink_, absl::Seconds(5)).status,
            absl::InternalError("Plug-in lying_connector broke a rule of kgw.h: it returned OK "
                                "without emitting application/vnd.kgw.entry+json."));
  EXPECT_EQ(c->Probe(sink_, absl::Seconds(5)).status,
            absl::InternalError("Plug-in lying_connector broke a rule of kgw.h: it returned OK "
                                "without emitting application/vnd.kgw.probe+json."));
}

TEST_F(ConnectorTest, KeepsStateByInstanceAndTenant) {
  const std::unique_ptr<Connector> one = WithState("one");
  const std::unique_ptr<Connector> two = WithState("two");
  const auto find = [this](Connector& c, std::string_view tenant) {
    KeepingSink sink;
    const CallResult result = c.Deliver(tenant, "find", sink, absl::Seconds(5));
    return result.status.ok() ? sink.emits()[0].body : std::string("none");
  };
  EXPECT_TRUE(one->Deliver("north", "keep value", sink_, absl::Seconds(5)).status.ok());
  EXPECT_EQ(find(*one, "north"), "value");
  EXPECT_EQ(find(*one, "south"), "none");
  EXPECT_EQ(find(*two, "north"), "none");
  EXPECT_TRUE(one->Deliver("north", "keep ", sink_, absl::Seconds(5)).status.ok());
  EXPECT_EQ(find(*one, "north"), "");
  EXPECT_TRUE(one->Deliver("north", "forget", sink_, absl::Seconds(5)).status.ok());
  EXPECT_EQ(find(*one, "north"), "none");
  EXPECT_TRUE(store_.values().contains("org.example.good-connector/one|north|key"));
}

TEST_F(ConnectorTest, StateHasLimitsAndErrors) {
  const std::unique_ptr<Connector> c = WithState("ehr");
  const std::string large = "keep " + std::string(64 * 1024, 'x');
  EXPECT_TRUE(c->Deliver("t", large, sink_, absl::Seconds(5)).status.ok());
  EXPECT_EQ(c->Deliver("t", large + "x", sink_, absl::Seconds(5)).status.code(),
            absl::StatusCode::kInvalidArgument);
  store_.Fail(absl::UnavailableError("closed"));
  EXPECT_EQ(c->Deliver("t", "keep x", sink_, absl::Seconds(5)).status.code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(ConnectorTest, AServiceThatWasNotGivenIsNotThere) {
  const std::unique_ptr<Connector> c = Make("good_connector");
  EXPECT_EQ(c->Deliver("t", "keep x", sink_, absl::Seconds(5)).status.code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(c->Deliver("t", "GET http://127.0.0.1:1/", sink_, absl::Seconds(5)).status.code(),
            absl::StatusCode::kPermissionDenied);
  ASSERT_TRUE(c->Probe(sink_, absl::Seconds(5)).status.ok());
  EXPECT_EQ(sink_.emits().back().body, R"({"software":"without http"})");
}

TEST_F(ConnectorTest, AGrantThatCannotBeUsedIsRefused) {
  const auto refusal = [this](const ConnectorGrant& grant) {
    return std::string(Std(set_->MakeConnector("good_connector", "{}", grant).status().message()));
  };
  ConnectorGrant grant;
  grant.origins = {"ftp://ehr.example.org/"};
  EXPECT_EQ(refusal(grant), "url: expected http:// or https://HOST.");
  grant.origins = {"http://ehr.example.org/fhir"};
  grant.bearer_token = "token";
  EXPECT_EQ(refusal(grant),
            "bearer_token: expected an https url to send it to, found an http url.");
  grant.origins = {"https://ehr.example.org/fhir"};
  grant.bearer_token = "to\nken";
  EXPECT_EQ(refusal(grant),
            "bearer_token: expected printable ASCII without spaces, found another character.");
  grant.bearer_token = "token";
  grant.client_certificate = "client.pem";
  EXPECT_EQ(refusal(grant),
            "client certificate: expected a certificate and its key, found one without the other.");
}

}  // namespace
}  // namespace kgw::plugin
