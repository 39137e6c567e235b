#include <gmock/gmock.h>

#include "tests/gateway/server/server_fixture.h"
#include "tests/support/tls/certificates.h"

namespace kgw::server {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ServerFixture {
 protected:
  TlsTest() {
    const test::Pair own = authority_.Sign("gateway", "DNS:localhost,IP:127.0.0.1");
    setup_.grpc.certificate = own.certificate;
    setup_.grpc.private_key = own.private_key;
    setup_.grpc.client_ca = authority_.certificate();
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

TEST_F(TlsTest, AKeyThatDoesNotBelongToTheCertificateIsRefused) {
  setup_.grpc.private_key = authority_.Sign("other", "").private_key;
  auto rules = std::make_shared<Rules>();
  RulesBoard board(rules);
  AdmissionBudget budget(1 << 20);
  Intake intake(board, store_, RealClock(), observer_, {});
  auto server = GrpcServer::Start(setup_.grpc, {board, budget, intake, streams_, store_, workers_},
                                  {board, store_, operations_, workers_, probes_});
  EXPECT_EQ(server.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace kgw::server
