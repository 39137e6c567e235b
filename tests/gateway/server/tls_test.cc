#include <gmock/gmock.h>

#include <thread>

#include "tests/gateway/server/server_fixture.h"
#include "tests/support/tls/certificates.h"

namespace kgw::server {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ServerFixture {
 protected:
  TlsTest() {
    const test::Pair own = authority_.Sign("gateway", "DNS:localhost,IP:127.0.0.1");
    setup_.grpc.tls = {own.certificate, own.private_key, authority_.certificate()};
    setup_.callers = {{.name = "ehr.clinic.example",
                       .tenants = {"demo-clinic"},
                       .sources = {"kap-ehr"},
                       .grants = {access::Grant::kSubmit}}};
  }

  grpc::Status SubmitAs(const test::Pair& client, const std::string& tenant = "demo-clinic") {
    Connect(
        grpc::SslCredentials({authority_.certificate(), client.private_key, client.certificate}));
    pb::SubmitResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return ingest_->Submit(&context, PatientRecord("P-1", 1, "Example", tenant), &response);
  }

  test::Authority authority_;
  Setup setup_;
};

TEST_F(TlsTest, TheCertificatesNameIsTheCaller) {
  Serve(setup_);
  EXPECT_TRUE(SubmitAs(authority_.Sign("any", "DNS:ehr.clinic.example")).ok());
  EXPECT_TRUE(SubmitAs(authority_.Sign("ehr.clinic.example", "")).ok());
}

TEST_F(TlsTest, AnotherNameIsDenied) {
  Serve(setup_);
  const grpc::Status status = SubmitAs(authority_.Sign("ehr.clinic.example", "DNS:stranger"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(), HasSubstr("stranger"));
}

TEST_F(TlsTest, AnothersTenantIsDenied) {
  Serve(setup_);
  const grpc::Status status = SubmitAs(authority_.Sign("ehr.clinic.example", ""), "other-clinic");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(), HasSubstr("other-clinic"));
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityDoesNotConnect) {
  Serve(setup_);
  const test::Authority other;
  EXPECT_EQ(SubmitAs(other.Sign("ehr.clinic.example", "")).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, NoCertificateDoesNotConnect) {
  Serve(setup_);
  EXPECT_EQ(SubmitAs({}).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, NewConnectionsMeetTheNewCertificateAndAuthority) {
  Serve(setup_);
  const test::Pair old_client = authority_.Sign("ehr.clinic.example", "");
  ASSERT_TRUE(SubmitAs(old_client).ok());
  const auto open = pb::IngestService::NewStub(channel_);
  const test::Authority next;
  const test::Pair own = next.Sign("gateway", "DNS:localhost,IP:127.0.0.1");
  server_->ReplaceTls({own.certificate, own.private_key, next.certificate()});
  EXPECT_EQ(SubmitAs(old_client).error_code(), grpc::StatusCode::UNAVAILABLE);
  const test::Pair new_client = next.Sign("ehr.clinic.example", "");
  for (uint64_t version : {2, 3}) {
    Connect(
        grpc::SslCredentials({next.certificate(), new_client.private_key, new_client.certificate}));
    pb::SubmitResponse response;
    EXPECT_TRUE(Submit(PatientRecord("P-1", version), &response).ok());
  }
  // A connection that is open goes on.
  grpc::ClientContext context;
  Give(context);
  pb::SubmitResponse response;
  EXPECT_TRUE(open->Submit(&context, PatientRecord("P-1", 4), &response).ok());
}

TEST_F(TlsTest, ARecordShowsNothingClinicalWithoutTheRightToSeeBodies) {
  setup_.callers[0].grants.push_back(access::Grant::kRead);
  Serve(setup_);
  ASSERT_TRUE(SubmitAs(authority_.Sign("ehr.clinic.example", "")).ok());
  store::NewVersion said;
  said.key = {{"demo-clinic", "kap-ehr", "Screening", "S-1"}, 1};
  said.issues_json =
      R"([{"severity":"warning","code":"value","expression":["Screening.phq9"],"diagnostics":"x"}])";
  said.signals_json = R"([{"rule":"r","code":"c","text":"y","resource":"z"}])";
  store_.Commit(said, [](const auto&) {});
  grpc::ClientContext context;
  Give(context);
  pb::GetRecordRequest request;
  FillKey(said.key, request.mutable_key());
  pb::GetRecordResponse got;
  ASSERT_TRUE(ingest_->GetRecord(&context, request, &got).ok());
  EXPECT_TRUE(got.clinical_withheld());
  EXPECT_FALSE(got.has_record());
  EXPECT_EQ(got.safety_signals_size(), 0);
  ASSERT_EQ(got.issues_size(), 1);
  EXPECT_EQ(got.issues(0).code(), "value");
  EXPECT_EQ(got.issues(0).text(), "");
}

TEST_F(TlsTest, OneCallerThatFillsItsShareLeavesRoomForAnother) {
  setup_.admission_bytes = 64000;
  setup_.caller_bytes = 3000;
  setup_.callers.push_back(setup_.callers[0]);
  setup_.callers[1].name = "quiet.clinic.example";
  Serve(setup_);
  store_.Hold();
  const test::Pair busy = authority_.Sign("ehr.clinic.example", "");
  const test::Pair quiet = authority_.Sign("quiet.clinic.example", "");
  auto channel_of = [this](const test::Pair& client) {
    return grpc::CreateChannel(
        server_->address(),
        grpc::SslCredentials({authority_.certificate(), client.private_key, client.certificate}));
  };
  auto submit = [](const std::shared_ptr<grpc::Channel>& channel, const std::string& id) {
    grpc::ClientContext context;
    Give(context);
    pb::SubmitResponse response;
    return pb::IngestService::NewStub(channel)->Submit(&context, PatientRecord(id, 1), &response);
  };
  const auto busy_channel = channel_of(busy);
  std::vector<std::thread> threads;
  for (const char* id : {"P-1", "P-2"}) {
    threads.emplace_back([&, id] { EXPECT_TRUE(submit(busy_channel, id).ok()); });
  }
  while (store_.waiting() < 2) std::this_thread::yield();
  const grpc::Status refused = submit(busy_channel, "P-3");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("limits.admission_percent_per_caller"));
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(refused).has_value());
  threads.emplace_back([&] { EXPECT_TRUE(submit(channel_of(quiet), "P-4").ok()); });
  while (store_.waiting() < 3) std::this_thread::yield();
  store_.Release();
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TlsTest, AKeyThatDoesNotBelongToTheCertificateIsRefused) {
  setup_.grpc.tls.private_key = authority_.Sign("other", "").private_key;
  auto rules = std::make_shared<intake::Rules>();
  intake::RulesBoard board(rules);
  intake::AdmissionBudget budget(1 << 20);
  intake::Intake intake({executor_, RealClock(), board, store_, observer_}, {});
  auto server = GrpcServer::Start(setup_.grpc, {board, budget, intake, streams_, store_, workers_},
                                  {board, store_, operations_, workers_, probes_});
  EXPECT_EQ(server.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace kgw::server
