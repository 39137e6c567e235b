// Life, reload and certificates of the built program.
#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <future>

#include "tests/gateway/main/gateway_fixture.h"
#include "tests/support/tls/certificates.h"

namespace kgw::main {
namespace {

struct Ended {
  int code;
  std::string out;
  std::string log;
};

Ended RunToEnd(std::vector<std::string> arguments) {
  test::TemporaryFolder folder;
  arguments.insert(arguments.begin(), test::BinDir() + "/kap-gateway");
  test::Process process(arguments, folder.path() + "/log");
  std::string out = process.ReadRest();
  const int code = process.Wait();
  return {code, out, process.Log()};
}

TEST_F(GatewayTest, ServesStoresAndAnswersAgainAfterARestart) {
  Start(kDevelopment);
  pb::SubmitResponse first;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &first).ok());
  EXPECT_THAT(End(), HasSubstr("DEVELOPMENT MODE"));
  Start(kDevelopment);
  pb::SubmitResponse again;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &again).ok());
  EXPECT_TRUE(again.duplicate());
  EXPECT_EQ(again.receipt(), first.receipt());
  grpc::ClientContext context;
  pb::CheckLedgerResponse ledger;
  ASSERT_TRUE(admin_->CheckLedger(&context, {}, &ledger).ok());
  EXPECT_TRUE(ledger.agrees());
}

TEST_F(GatewayTest, AnswersProbesAndMetrics) {
  Start(kDevelopment);
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  EXPECT_EQ(test::HttpGet(http_, "/livez").code, 200);
  EXPECT_EQ(test::HttpGet(http_, "/readyz").code, 200);
  const std::string metrics = test::HttpGet(http_, "/metrics").body;
  for (const char* stage : {"decode", "map", "check", "commit", "total"}) {
    EXPECT_THAT(metrics, HasSubstr(StrCat("kgw_stage_seconds_count{stage=\"", stage, "\"} 1")));
  }
  EXPECT_THAT(metrics, HasSubstr("kgw_records_total{state="));
  EXPECT_THAT(metrics, HasSubstr("kgw_store_healthy 1"));
}

// Every answered record is there afterwards, and nothing that was answered with an error is needed.
TEST_F(GatewayTest, SigtermLosesNothingThatWasAnswered) {
  Start(kDevelopment);
  std::atomic<int> answered{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> senders;
  std::vector<std::vector<std::string>> ids(4);
  for (size_t t = 0; t < ids.size(); ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; !stop.load(); ++i) {
        const std::string id = StrCat("P-", t, "-", i);
        pb::SubmitResponse response;
        if (!Submit(PatientRecord(id, 1), &response).ok()) return;
        ids[t].push_back(id);
        ++answered;
      }
    });
  }
  while (answered.load() < 50) std::this_thread::yield();
  process_->Signal(SIGTERM);
  EXPECT_EQ(process_->Wait(), 0);
  stop = true;
  for (std::thread& sender : senders) sender.join();
  EXPECT_THAT(process_->Log(), HasSubstr("drained"));
  Start(kDevelopment);
  for (const auto& each : ids) {
    for (const std::string& id : each) {
      pb::SubmitResponse response;
      ASSERT_TRUE(Submit(PatientRecord(id, 1), &response).ok());
      EXPECT_TRUE(response.duplicate()) << id;
    }
  }
}

TEST_F(GatewayTest, ASecondGatewayOnTheSameStoreIsRefused) {
  Start(kDevelopment);
  const Ended second =
      RunToEnd({"--config", kDevelopment, "--set", "store.path=" + folder_.path() + "/gateway.db",
                "--set", "grpc.listen=127.0.0.1:0", "--set", "http.listen=127.0.0.1:0"});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.log, HasSubstr("open in another gateway"));
  EXPECT_THAT(second.out, Not(HasSubstr("READY")));
}

TEST_F(GatewayTest, ReloadsOnSighupAndKeepsTheOldOnAnError) {
  const std::string config =
      folder_.Write("gateway.yaml", "development: true\nstore: {path: x.db}\n");
  Start(config);
  auto destinations = [this] {
    grpc::ClientContext context;
    pb::ListDestinationsResponse response;
    EXPECT_TRUE(admin_->ListDestinations(&context, {}, &response).ok());
    return response.destinations_size();
  };
  EXPECT_EQ(destinations(), 0);
  folder_.Write("gateway.yaml",
                "development: true\nstore: {path: x.db}\ndestinations:\n  - name: hospital\n"
                "    plugin: fhir_rest\n    url: http://127.0.0.1:9/fhir\n    purpose: TREAT\n");
  process_->Signal(SIGHUP);
  WaitForLog("the configuration was reloaded");
  EXPECT_EQ(destinations(), 1);
  folder_.Write("gateway.yaml", "development: true\nstore: {path: x.db}\nlimits: {depht: 3}\n");
  process_->Signal(SIGHUP);
  WaitForLog("was not reloaded");
  EXPECT_THAT(process_->Log(), HasSubstr("gateway.yaml:3"));
  EXPECT_EQ(destinations(), 1);
}

TEST_F(GatewayTest, MutualTlsKnowsTheCaller) {
  const test::Authority authority;
  const test::Pair own = authority.Sign("gateway", "DNS:localhost,IP:127.0.0.1");
  folder_.Write("server.crt", own.certificate);
  folder_.Write("server.key", own.private_key);
  folder_.Write("clients.crt", authority.certificate());
  const std::string at = folder_.path() + "/";
  const std::string config = folder_.Write(
      "gateway.yaml",
      StrCat("grpc:\n  tls: {certificate: ", at, "server.crt, private_key: ", at,
             "server.key, client_ca: ", at, "clients.crt}\nstore: {path: x.db}\ncallers:\n",
             "  - {name: ehr, tenants: [demo-clinic], sources: [kap-ehr], grants: [submit]}\n"));
  Start(config);
  const test::Pair client = authority.Sign("ehr", "");
  Connect(grpc::SslCredentials({authority.certificate(), client.private_key, client.certificate}));
  pb::SubmitResponse response;
  EXPECT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  EXPECT_EQ(Submit(PatientRecord("P-1", 1, "Example", "other"), &response).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  grpc::ClientContext context;
  pb::CheckLedgerResponse ledger;
  EXPECT_EQ(admin_->CheckLedger(&context, {}, &ledger).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(process_->Log(), Not(HasSubstr("DEVELOPMENT")));
}

// As a hospital does it every few months: new files under the old names, then SIGHUP.
TEST_F(GatewayTest, ANewCertificateTakesTheOldOnesPlaceOnSighup) {
  const std::string at = folder_.path() + "/";
  auto put = [this](const test::Authority& authority, int days) {
    const test::Pair own = authority.Sign("gateway", "DNS:localhost,IP:127.0.0.1", days);
    folder_.Write("server.crt", own.certificate);
    folder_.Write("server.key", own.private_key);
    folder_.Write("clients.crt", authority.certificate());
  };
  auto submit_with = [this](const test::Authority& authority, int64_t version) {
    const test::Pair client = authority.Sign("ehr", "");
    Connect(
        grpc::SslCredentials({authority.certificate(), client.private_key, client.certificate}));
    pb::SubmitResponse response;
    return Submit(PatientRecord("P-1", version), &response).error_code();
  };
  const std::string config = folder_.Write(
      "gateway.yaml",
      StrCat("grpc:\n  tls: {certificate: ", at, "server.crt, private_key: ", at,
             "server.key, client_ca: ", at, "clients.crt}\nstore: {path: x.db}\ncallers:\n",
             "  - {name: ehr, tenants: [demo-clinic], sources: [kap-ehr], grants: [submit]}\n"));
  const test::Authority first;
  const test::Authority second;
  put(first, 90);
  Start(config);
  EXPECT_EQ(submit_with(first, 1), grpc::StatusCode::OK);
  EXPECT_THAT(process_->Log(), Not(HasSubstr("expires soon")));

  folder_.Write("server.key", second.Sign("gateway", "").private_key);
  process_->Signal(SIGHUP);
  WaitForLog("was not reloaded");
  EXPECT_THAT(process_->Log(), HasSubstr("grpc.tls.private_key: is not the key"));
  EXPECT_EQ(submit_with(first, 2), grpc::StatusCode::OK);
  EXPECT_THAT(test::HttpGet(http_, "/metrics").body, HasSubstr("kgw_tls_files_refused 1\n"));

  put(second, 20);
  process_->Signal(SIGHUP);
  WaitForLog("the configuration was reloaded");
  EXPECT_EQ(submit_with(second, 3), grpc::StatusCode::OK);
  EXPECT_EQ(submit_with(first, 4), grpc::StatusCode::UNAVAILABLE);
  const std::string metrics = test::HttpGet(http_, "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("kgw_tls_files_refused 0\n"));
  const std::string expiry =
      Between(metrics, "\nkgw_tls_certificate_expiry_timestamp_seconds ", "\n");
  const double days = (std::stod("0" + expiry) - static_cast<double>(time(nullptr))) / 86400;
  EXPECT_NEAR(days, 20, 0.1);
  EXPECT_THAT(End(), HasSubstr("expires soon"));
}

TEST_F(GatewayTest, IsReadySoonWithAnEmptyStore) {
  const auto start = std::chrono::steady_clock::now();
  Start(kDevelopment);
  const auto took = std::chrono::steady_clock::now() - start;
  // The goal is 300 ms on an idle machine with an optimised build; a test machine is neither.
  EXPECT_LT(took, std::chrono::seconds(5));
}

TEST(Program, ChecksAConfiguration) {
  const Ended good = RunToEnd({"--config", kDevelopment, "--check-config"});
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.out, HasSubstr("is right"));
  test::TemporaryFolder folder;
  const std::string bad = folder.Write("bad.yaml", "development: true\nstor: {path: x}\n");
  const Ended wrong = RunToEnd({"--config", bad, "--check-config"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.log, HasSubstr("bad.yaml:2"));
}

TEST(Program, RefusesToServeWithoutTlsOutsideDevelopment) {
  test::TemporaryFolder folder;
  const std::string config = folder.Write(
      "gateway.yaml",
      StrCat("store: {path: ", folder.path(),
             "/x.db}\ncallers: [{name: a, tenants: ['*'], sources: ['*'], grants: [read]}]\n"));
  const Ended ended = RunToEnd({"--config", config});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.log, HasSubstr("grpc.tls: missing"));
  EXPECT_THAT(ended.out, Not(HasSubstr("READY")));
}

TEST(Program, HelpTeachesAndUsageErrorsAreTwo) {
  const Ended help = RunToEnd({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("--check-config"));
  const Ended version = RunToEnd({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(RunToEnd({}).code, 2);
  EXPECT_EQ(RunToEnd({"--config", kDevelopment, "--nonsense"}).code, 2);
}

}  // namespace
}  // namespace kgw::main
