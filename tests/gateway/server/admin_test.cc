#include <gmock/gmock.h>

#include <algorithm>

#include "gateway/base/strings.h"
#include "gateway/server/admin_calls.h"
#include "tests/gateway/server/server_fixture.h"

namespace kgw::server {
namespace {

using ::testing::HasSubstr;

class AdminTest : public ServerFixture {
 protected:
  void SetUp() override {
    Serve({});
    pb::SubmitResponse response;
    ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
    key_ = response.key();
  }
  pb::RecordKey key_;
};

TEST_F(AdminTest, ListsRecordsWithAPageSizeInItsCap) {
  grpc::ClientContext context;
  pb::ListRecordsRequest request;
  request.set_tenant("demo-clinic");
  request.set_page_size(1000000);
  pb::ListRecordsResponse response;
  ASSERT_TRUE(admin_->ListRecords(&context, request, &response).ok());
  ASSERT_EQ(response.records_size(), 1);
  EXPECT_EQ(response.records(0).key().id(), "P-1");
  EXPECT_EQ(store_.last_limit(), 1000);
}

TEST_F(AdminTest, ListsEveryTenantWhereNoneIsNamed) {
  pb::SubmitResponse submitted;
  ASSERT_TRUE(Submit(PatientRecord("P-2", 1, "Example", "other-clinic"), &submitted).ok());
  grpc::ClientContext context;
  pb::ListRecordsResponse response;
  ASSERT_TRUE(admin_->ListRecords(&context, {}, &response).ok());
  EXPECT_EQ(response.records_size(), 2);
  grpc::ClientContext again;
  pb::ListRecordsRequest request;
  request.set_page_token("not one of ours");
  EXPECT_EQ(admin_->ListRecords(&again, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AdminTest, PagesResources) {
  grpc::ClientContext context;
  pb::ListResourcesRequest request;
  *request.mutable_key() = key_;
  request.set_page_size(1);
  pb::ListResourcesResponse response;
  ASSERT_TRUE(admin_->ListResources(&context, request, &response).ok());
  ASSERT_EQ(response.resources_size(), 1);
  EXPECT_EQ(response.resources(0).role(), "Basic");
  EXPECT_THAT(response.resources(0).reference(), HasSubstr("Basic/"));
  EXPECT_TRUE(response.next_page_token().empty());
  grpc::ClientContext again;
  request.set_page_token("x");
  EXPECT_EQ(admin_->ListResources(&again, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AdminTest, PullsTheLeversWithWhoAndWhy) {
  pb::DeliveryRequest request;
  *request.mutable_key() = key_;
  request.mutable_key()->set_version(0);
  request.set_destination("ehr");
  request.set_reason("linked by hand");
  pb::DeliveryResponse response;
  grpc::ClientContext retry;
  ASSERT_TRUE(admin_->RetryDelivery(&retry, request, &response).ok());
  EXPECT_EQ(store_.lever(), "retry P-1 1 ehr development: linked by hand");
  EXPECT_EQ(response.delivery().destination(), "ehr");
  grpc::ClientContext cancel;
  ASSERT_TRUE(admin_->CancelDelivery(&cancel, request, &response).ok());
  EXPECT_THAT(store_.lever(), HasSubstr("cancel P-1"));
  grpc::ClientContext hold;
  ASSERT_TRUE(admin_->HoldDelivery(&hold, request, &response).ok());
  EXPECT_THAT(store_.lever(), HasSubstr("hold P-1"));
}

TEST_F(AdminTest, ShowsDestinationsWithTheirDepth) {
  grpc::ClientContext context;
  pb::ListDestinationsResponse response;
  ASSERT_TRUE(admin_->ListDestinations(&context, {}, &response).ok());
  ASSERT_EQ(response.destinations_size(), 1);
  EXPECT_EQ(response.destinations(0).state(), "circuit_open");
  EXPECT_EQ(response.destinations(0).pending(), 3);
  EXPECT_TRUE(response.destinations(0).production());
}

TEST_F(AdminTest, ShowsRefusedPluginsWithTheirReason) {
  grpc::ClientContext context;
  pb::ListPluginsResponse response;
  ASSERT_TRUE(admin_->ListPlugins(&context, {}, &response).ok());
  ASSERT_EQ(response.plugins_size(), 2);
  EXPECT_EQ(response.plugins(0).state(), "loaded");
  EXPECT_EQ(response.plugins(0).kind(), "mapper");
  EXPECT_EQ(response.plugins(1).state(), "refused");
  EXPECT_THAT(response.plugins(1).reason(), HasSubstr("abi.major"));
}

TEST_F(AdminTest, TestsADestination) {
  pb::TestDestinationRequest request;
  request.set_name("ehr");
  pb::TestDestinationResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(admin_->TestDestination(&context, request, &response).ok());
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(response.report_json(), R"({"software":"x"})");
  ASSERT_EQ(response.issues_size(), 1);
  EXPECT_EQ(response.issues(0).severity(), "warning");
  operations_.probe_status = absl::UnavailableError("nobody answers");
  grpc::ClientContext down;
  ASSERT_TRUE(admin_->TestDestination(&down, request, &response).ok());
  EXPECT_FALSE(response.ok());
  ASSERT_EQ(response.issues_size(), 2);
  EXPECT_EQ(response.issues(1).code(), "transient");
  EXPECT_EQ(response.issues(1).text(), "nobody answers");
  request.set_name("other");
  grpc::ClientContext again;
  EXPECT_EQ(admin_->TestDestination(&again, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(AdminTest, AddsUpTheLedgerOfAllTenants) {
  pb::SubmitResponse submitted;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1, "Example", "other-clinic"), &submitted).ok());
  grpc::ClientContext context;
  pb::CheckLedgerResponse response;
  ASSERT_TRUE(admin_->CheckLedger(&context, {}, &response).ok());
  EXPECT_TRUE(response.agrees());
  int64_t received = 0;
  for (const pb::Count& count : response.records()) {
    if (count.name() == "received") received = count.value();
  }
  EXPECT_EQ(received, 2);
}

TEST_F(AdminTest, ALedgerWithoutRecordsShowsZeros) {
  AdminCalls calls(store_, operations_);
  intake::Rules rules;
  rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
      {.name = "c", .tenants = {"none"}, .sources = {"*"}, .grants = {access::Grant::kRead}}});
  rules.destinations = {{{.name = "ehr", .purpose = "TREAT", .production = true},
                         "fhir_rest",
                         "https://ehr.example.org/fhir"}};
  pb::CheckLedgerResponse response;
  ASSERT_TRUE(calls.CheckLedger({"c", rules}, {}, &response).ok());
  auto names = [](const auto& counts) {
    std::vector<std::string> all;
    for (const pb::Count& count : counts) {
      EXPECT_EQ(count.value(), 0) << count.name();
      all.push_back(count.name());
    }
    return all;
  };
  using ::testing::UnorderedElementsAre;
  EXPECT_THAT(names(response.records()),
              UnorderedElementsAre("received", "duplicates", "conflicts", "rejected", "parked",
                                   "mapped", "superseded"));
  EXPECT_THAT(names(response.deliveries()),
              UnorderedElementsAre("created", "pending", "in_flight", "held", "delivered", "dead",
                                   "withheld", "unsupported", "cancelled"));
  ASSERT_EQ(response.by_destination_size(), 1);
  EXPECT_EQ(response.by_destination(0).destination(), "ehr");
  EXPECT_EQ(names(response.by_destination(0).counts()).size(), 9u);
  EXPECT_THAT(names(response.feed()), UnorderedElementsAre("rows", "charges", "voids"));
  EXPECT_TRUE(response.agrees());
}

TEST_F(AdminTest, ShowsNothingClinicalWithoutTheRightToSeeBodies) {
  store::NewVersion said;
  said.key = {{"demo-clinic", "kap-ehr", "Screening", "S-1"}, 1};
  said.issues_json =
      R"([{"severity":"warning","code":"value","expression":["Screening.phq9"],"diagnostics":"x"}])";
  said.signals_json = R"([{"rule":"r","code":"c","text":"y","resource":"z"}])";
  store_.Commit(said, [](const auto&) {});
  AdminCalls calls(store_, operations_);
  intake::Rules rules;
  auto list = [&](std::vector<access::Grant> grants) {
    rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
        {.name = "c", .tenants = {"*"}, .sources = {"*"}, .grants = std::move(grants)}});
    pb::ListRecordsResponse response;
    EXPECT_TRUE(calls.ListRecords({"c", rules}, {}, &response).ok());
    for (const pb::RecordSummary& each : response.records()) {
      if (each.key().id() == "S-1") return each;
    }
    ADD_FAILURE();
    return pb::RecordSummary();
  };
  using enum access::Grant;
  const pb::RecordSummary whole = list({kRead, kBodies});
  EXPECT_FALSE(whole.clinical_withheld());
  EXPECT_EQ(whole.issues(0).text(), "x");
  EXPECT_EQ(whole.safety_signals(0).text(), "y");
  const pb::RecordSummary part = list({kRead, kSubmit, kOperate});
  EXPECT_TRUE(part.clinical_withheld());
  EXPECT_EQ(part.issues(0).code(), "value");
  EXPECT_EQ(part.issues(0).expression(), "Screening.phq9");
  EXPECT_EQ(part.issues(0).text(), "");
  EXPECT_EQ(part.safety_signals_size(), 0);
}

TEST_F(AdminTest, KeepsSentencesOfPlugInsInCodesAndPathsBack) {
  store::NewVersion said;
  said.key = {{"demo-clinic", "kap-ehr", "Screening", "S-1"}, 1};
  said.issues_json =
      R"([{"severity":"error","code":"Example felt bad","expression":["he said: it hurts"]},)"
      R"({"severity":"error","code":"not-supported","expression":["Screening.forms[0].items[12]"]}])";
  store_.Commit(said, [](const auto&) {});
  AdminCalls calls(store_, operations_);
  intake::Rules rules;
  rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
      {.name = "c", .tenants = {"*"}, .sources = {"*"}, .grants = {access::Grant::kRead}}});
  pb::ListRecordsRequest request;
  pb::ListRecordsResponse response;
  ASSERT_TRUE(calls.ListRecords({"c", rules}, request, &response).ok());
  const auto found =
      std::find_if(response.records().begin(), response.records().end(),
                   [](const pb::RecordSummary& each) { return each.key().id() == "S-1"; });
  ASSERT_NE(found, response.records().end());
  EXPECT_EQ(found->issues(0).severity(), "error");
  EXPECT_EQ(found->issues(0).code(), "");
  EXPECT_EQ(found->issues(0).expression(), "");
  EXPECT_EQ(found->issues(1).code(), "not-supported");
  EXPECT_EQ(found->issues(1).expression(), "Screening.forms[0].items[12]");
}

// The far side may repeat what it was sent.
TEST_F(AdminTest, KeepsTheFarSidesWordsFromWhoMaySeeNoBodies) {
  AdminCalls calls(store_, operations_);
  intake::Rules rules;
  using enum access::Grant;
  // As each call that shows a delivery shows it; all must be alike.
  auto show = [&](std::vector<access::Grant> grants, const store::DeliveryError& error) {
    store_.FailDeliveries(error);
    grants.insert(grants.end(), {kRead, kOperate});
    rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
        {.name = "c", .tenants = {"*"}, .sources = {"*"}, .grants = std::move(grants)}});
    const Asking asking{"c", rules};
    std::vector<pb::Delivery> shown;
    pb::ListDeliveriesRequest request;
    pb::ListDeliveriesResponse all;
    EXPECT_TRUE(calls.ListDeliveries(asking, request, &all).ok());
    *request.mutable_key() = key_;
    pb::ListDeliveriesResponse of_record;
    EXPECT_TRUE(calls.ListDeliveries(asking, request, &of_record).ok());
    shown.push_back(all.deliveries(0));
    shown.push_back(of_record.deliveries(0));
    pb::DeliveryRequest lever;
    *lever.mutable_key() = key_;
    lever.set_destination("ehr");
    for (auto call :
         {&AdminCalls::RetryDelivery, &AdminCalls::CancelDelivery, &AdminCalls::HoldDelivery}) {
      pb::DeliveryResponse response;
      EXPECT_TRUE((calls.*call)(asking, lever, &response).ok());
      shown.push_back(response.delivery());
    }
    for (const pb::Delivery& each : shown) {
      EXPECT_EQ(each.SerializeAsString(), shown[0].SerializeAsString());
    }
    return shown[0];
  };
  const store::DeliveryError far{store::ErrorClass::kRejected, 422, "req-1",
                                 "phq9 of Example is 27"};
  const pb::Delivery whole = show({kBodies}, far);
  EXPECT_EQ(whole.error().text(), far.text);
  EXPECT_FALSE(whole.clinical_withheld());
  const pb::Delivery part = show({}, far);
  EXPECT_TRUE(part.clinical_withheld());
  EXPECT_EQ(part.error().text(), "");
  EXPECT_EQ(part.error().class_(), "rejected");
  EXPECT_EQ(part.error().http_status(), 422);
  EXPECT_EQ(part.error().request_id(), "req-1");
  EXPECT_EQ(show({}, {store::ErrorClass::kUnlinked, 0, "Example is 27", ""}).error().request_id(),
            "");
  // What connectors cannot say is the gateway's own.
  using store::ErrorClass;
  for (const ErrorClass own : {ErrorClass::kWaiting, ErrorClass::kWithheld, ErrorClass::kStore,
                               ErrorClass::kHeld, ErrorClass::kCancelled, ErrorClass::kRetried}) {
    const pb::Delivery ours = show({}, {own, 0, "", "waits for Visit V-1"});
    EXPECT_EQ(ours.error().text(), "waits for Visit V-1") << NameOf(own);
    EXPECT_FALSE(ours.clinical_withheld()) << NameOf(own);
  }
  EXPECT_FALSE(show({}, {}).clinical_withheld());
}

// Every call, asked by one who has no right but the one it does not need.
TEST_F(AdminTest, EachCallNeedsItsRight) {
  intake::Rules rules;
  AdminCalls calls(store_, operations_);
  auto ask = [&](std::vector<access::Grant> grants, auto call) {
    rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
        {.name = "c", .tenants = {"demo-clinic"}, .sources = {"kap-ehr"}, .grants = grants}});
    return call(Asking{"c", rules}).code();
  };
  using enum access::Grant;
  const auto denied = absl::StatusCode::kPermissionDenied;
  pb::ListRecordsRequest records;
  records.set_tenant("demo-clinic");
  pb::ListRecordsResponse records_out;
  auto list = [&](const Asking& asking) {
    return calls.ListRecords(asking, records, &records_out);
  };
  EXPECT_EQ(ask({kSubmit, kBodies, kOperate}, list), denied);
  EXPECT_EQ(ask({kRead}, list), absl::StatusCode::kOk);
  records.set_tenant("other-clinic");
  EXPECT_EQ(ask({kRead}, list), denied);

  pb::ListResourcesRequest resources;
  *resources.mutable_key() = key_;
  pb::ListResourcesResponse resources_out;
  auto bodies = [&](const Asking& asking) {
    return calls.ListResources(asking, resources, &resources_out);
  };
  EXPECT_EQ(ask({kSubmit, kRead, kOperate}, bodies), denied);
  EXPECT_EQ(ask({kBodies}, bodies), absl::StatusCode::kOk);

  pb::DeliveryRequest lever;
  *lever.mutable_key() = key_;
  lever.set_destination("ehr");
  pb::DeliveryResponse lever_out;
  auto retry = [&](const Asking& asking) { return calls.RetryDelivery(asking, lever, &lever_out); };
  EXPECT_EQ(ask({kSubmit, kRead, kBodies}, retry), denied);
  EXPECT_EQ(ask({kOperate}, retry), absl::StatusCode::kOk);
  lever.mutable_key()->set_source("other");
  EXPECT_EQ(ask({kOperate}, retry), denied);

  pb::TestDestinationRequest test;
  test.set_name("ehr");
  pb::TestDestinationResponse test_out;
  auto probe = [&](const Asking& asking) { return calls.TestDestination(asking, test, &test_out); };
  EXPECT_EQ(ask({kSubmit, kRead, kBodies}, probe), denied);

  pb::CheckLedgerResponse ledger_out;
  auto ledger = [&](const Asking& asking) { return calls.CheckLedger(asking, {}, &ledger_out); };
  EXPECT_EQ(ask({kSubmit}, ledger), denied);
  pb::ListPluginsResponse plugins_out;
  EXPECT_EQ(ask({kSubmit}, [&](const Asking& a) { return calls.ListPlugins(a, &plugins_out); }),
            denied);
  pb::ListDestinationsResponse destinations_out;
  EXPECT_EQ(
      ask({kSubmit}, [&](const Asking& a) { return calls.ListDestinations(a, &destinations_out); }),
      denied);
}

TEST_F(AdminTest, DestinationsAreBoundToTheCallersTenants) {
  pb::SubmitResponse submitted;
  ASSERT_TRUE(Submit(PatientRecord("P-2", 1, "Example", "other-clinic"), &submitted).ok());
  intake::Rules rules;
  using enum access::Grant;
  auto caller = [](const char* name, const char* tenant) {
    return access::Caller{
        .name = name, .tenants = {tenant}, .sources = {"*"}, .grants = {kRead, kOperate}};
  };
  rules.access = std::make_shared<access::Access>(std::vector<access::Caller>{
      caller("a", "demo-clinic"), caller("b", "other-clinic"), caller("all", "*")});
  AdminCalls calls(store_, operations_);
  auto listed = [&](const char* who) {
    pb::ListDestinationsResponse response;
    EXPECT_TRUE(calls.ListDestinations({who, rules}, &response).ok());
    std::vector<std::string> names;
    for (const pb::Destination& each : response.destinations()) {
      names.push_back(StrCat(each.name(), " ", each.pending()));
    }
    return names;
  };
  auto counted = [&](const char* who) {
    pb::CheckLedgerResponse response;
    EXPECT_TRUE(calls.CheckLedger({who, rules}, {}, &response).ok());
    return response.by_destination_size();
  };
  auto probed = [&](const char* who) {
    pb::TestDestinationRequest request;
    request.set_name("ehr");
    pb::TestDestinationResponse response;
    return calls.TestDestination({who, rules}, request, &response).code();
  };
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  rules.destinations = {{{.name = "ehr", .tenants = {"other-clinic"}, .purpose = "TREAT"},
                         "fhir_rest",
                         "https://ehr.example.org/fhir"}};
  EXPECT_THAT(listed("a"), IsEmpty());
  EXPECT_THAT(listed("b"), ElementsAre("ehr 3"));
  EXPECT_THAT(listed("all"), ElementsAre("ehr 6"));
  EXPECT_EQ(counted("a"), 0);
  EXPECT_EQ(counted("b"), 1);
  // As if it were not there.
  EXPECT_EQ(probed("a"), absl::StatusCode::kNotFound);
  EXPECT_EQ(probed("b"), absl::StatusCode::kOk);
  EXPECT_EQ(probed("all"), absl::StatusCode::kOk);
  rules.destinations[0].route.tenants.clear();
  EXPECT_THAT(listed("a"), ElementsAre("ehr 3"));
  EXPECT_THAT(listed("b"), ElementsAre("ehr 3"));
  EXPECT_EQ(probed("a"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(probed("all"), absl::StatusCode::kOk);
}

TEST_F(AdminTest, LeavesOutSourcesTheCallerMayNotSee) {
  intake::Rules rules;
  rules.access = std::make_shared<access::Access>(
      std::vector<access::Caller>{{.name = "c",
                                   .tenants = {"demo-clinic"},
                                   .sources = {"other"},
                                   .grants = {access::Grant::kRead}}});
  AdminCalls calls(store_, operations_);
  pb::ListRecordsRequest request;
  request.set_tenant("demo-clinic");
  pb::ListRecordsResponse response;
  ASSERT_TRUE(calls.ListRecords({"c", rules}, request, &response).ok());
  EXPECT_EQ(response.records_size(), 0);
}

}  // namespace
}  // namespace kgw::server
