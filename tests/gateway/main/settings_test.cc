#include "gateway/main/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "gateway/main/load.h"
#include "tests/support/folder/temporary_folder.h"

namespace kgw::main {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kSecure[] = R"(grpc:
  listen: 0.0.0.0:7443
  tls:
    certificate: server.crt
    private_key: server.key
    client_ca: clients.crt
store:
  path: gateway.db
callers:
  - name: ehr
    tenants: [clinic]
    sources: [kap-ehr]
    grants: [submit]
destinations:
  - name: hospital
    plugin: fhir_rest
    url: https://ehr.example.org/fhir
    purpose: TREAT
)";

absl::StatusOr<LoadedConfig> Load(const std::string& yaml, std::vector<std::string> set = {}) {
  test::TemporaryFolder folder;
  return LoadConfig({folder.Write("gateway.yaml", yaml), std::move(set)});
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// The error, without the folder's name.
std::string ErrorOf(const std::string& yaml) {
  const absl::Status status = Load(yaml).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  std::string message(status.message());
  for (size_t at; (at = message.find("/")) != std::string::npos;) {
    const size_t end = message.find("gateway.yaml", at);
    if (end == std::string::npos) break;
    message.erase(at, end - at);
  }
  return message;
}

TEST(Settings, HaveDefaults) {
  absl::StatusOr<LoadedConfig> loaded = Load("development: true\nstore: {path: x.db}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const Settings& settings = loaded->settings;
  EXPECT_EQ(settings.grpc_listen, "127.0.0.1:0");
  EXPECT_EQ(settings.limits.max_bytes, size_t{4} << 20);
  EXPECT_EQ(settings.admission_bytes, uint64_t{64} << 20);
  ASSERT_EQ(settings.mappers.size(), 1u);
  EXPECT_EQ(settings.mappers[0].plugin, "kap_mapper");
  EXPECT_EQ(settings.drain_timeout, absl::Seconds(20));
  EXPECT_THAT(settings.destinations, IsEmpty());
}

TEST(Settings, UnderstandAWholeOne) {
  absl::StatusOr<LoadedConfig> loaded = Load(kSecure, {"limits.drain_timeout=3s"});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->settings.drain_timeout, absl::Seconds(3));
  ASSERT_EQ(loaded->settings.destinations.size(), 1u);
  EXPECT_EQ(loaded->settings.destinations[0].people, "link");
  EXPECT_THAT(loaded->settings.callers[0].grants, ElementsAre(access::Grant::kSubmit));
}

TEST(Settings, TheHashKnowsOverrides) {
  EXPECT_EQ(Load(kSecure)->hash, Load(std::string(kSecure) + "\n# a remark\n")->hash);
  EXPECT_NE(Load(kSecure)->hash, Load(kSecure, {"limits.depth=50"})->hash);
}

TEST(Settings, NoTlsOutsideDevelopmentIsRefused) {
  EXPECT_THAT(ErrorOf("store: {path: x.db}\ncallers: [{name: a, tenants: ['*'], sources: ['*'], "
                      "grants: [read]}]\n"),
              HasSubstr("grpc.tls: missing: outside development"));
}

TEST(Settings, DevelopmentListensOnThisMachineOnly) {
  EXPECT_THAT(ErrorOf("development: true\nstore: {path: x.db}\ngrpc:\n  listen: 0.0.0.0:7443\n"),
              HasSubstr("gateway.yaml:4: grpc.listen: in development"));
  EXPECT_THAT(ErrorOf("development: true\nstore: {path: x.db}\nhttp:\n  listen: 10.0.0.1:80\n"),
              HasSubstr("gateway.yaml:4: http.listen: in development"));
  for (const char* listen :
       {"[::]:80", "[::ffff:127.0.0.1]:80", "::1:80", "localhost:80", "127.1"}) {
    EXPECT_THAT(ErrorOf(StrCat("development: true\nstore: {path: x.db}\ngrpc:\n  listen: '", listen,
                               "'\n")),
                HasSubstr("gateway.yaml:4: grpc.listen: "))
        << listen;
  }
  EXPECT_TRUE(Load("development: true\nstore: {path: x.db}\ngrpc:\n  listen: '[::1]:7443'\n").ok());
}

TEST(Settings, SayWhatIsWrongWithTheLine) {
  struct Case {
    const char *from, *to, *expected;
  };
  const Case cases[] = {
      {"grants: [submit]", "grants: [submit, admin]",
       "gateway.yaml:13: callers[0].grants[1]: expected one of: submit, read, bodies, operate"},
      {"purpose: TREAT", "purpose: FUN",
       "gateway.yaml:18: destinations[0].purpose: expected one of"},
      {"https://ehr", "http://ehr", "gateway.yaml:17: destinations[0].url: expected https"},
      {"https://ehr", "ftp://ehr", "gateway.yaml:17: destinations[0].url: expected the base"},
      {"https://ehr", "https://user:word@ehr", "gateway.yaml:17: destinations[0].url"},
      {"plugin: fhir_rest", "plugin: ../evil", "gateway.yaml:16: destinations[0].plugin"},
      {"purpose: TREAT", "purpose: TREAT\n    people: guess",
       "gateway.yaml:19: destinations[0].people: expected one of: link, create"},
      {"purpose: TREAT", "purpose: TREAT\n    record_types: [Visit, Note]",
       "gateway.yaml:19: destinations[0].record_types[1]: expected one of"},
      {"purpose: TREAT", "purpose: TREAT\n    timeout: soon",
       "gateway.yaml:19: destinations[0].timeout: expected a duration"},
      {"purpose: TREAT", "purpose: TREAT\n    bearer_token: {}", "destinations[0].bearer_token"},
      {"sources: [kap-ehr]", "sources: []", "callers[0].sources"},
      {"store:\n  path: gateway.db", "store: {}", "store.path: missing"},
      {"    client_ca: clients.crt\n", "", "grpc.tls.client_ca: missing"},
      {"listen: 0.0.0.0:7443", "listen: example.org:7443", "gateway.yaml:2: grpc.listen"},
      {"store:", "limits: {message_bytes: 60000000, admission_bytes: 2000000}\nstore:",
       "limits.admission_bytes"},
      {"store:", "limits: {admission_percent_per_caller: 101}\nstore:",
       "limits.admission_percent_per_caller: expected a number from 1 to 100"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(ErrorOf(Replaced(kSecure, each.from, each.to)), HasSubstr(each.expected));
  }
}

TEST(Settings, NamesAreThereOnce) {
  const std::string twice = std::string(kSecure) +
                            "  - name: hospital\n    plugin: fhir_rest\n    url: "
                            "https://b.example.org\n    purpose: TREAT\n";
  EXPECT_THAT(ErrorOf(twice), HasSubstr("gateway.yaml:19: destinations[1].name: another"));
}

TEST(Settings, AnUnknownFieldIsSaidWithItsLine) {
  EXPECT_THAT(ErrorOf("development: true\nstore:\n  pahth: x.db\n"), HasSubstr("gateway.yaml:3"));
}

TEST(Settings, TheFilesWeShipAreRight) {
  for (const char* file : {"deploy/config/development.yaml", "deploy/config/two-destinations.yaml",
                           "deploy/config/demo.yaml"}) {
    absl::StatusOr<LoadedConfig> loaded = LoadConfig({file, {}});
    EXPECT_TRUE(loaded.ok()) << loaded.status();
  }
}

TEST(Settings, KnowWhatNeedsARestart) {
  Settings from;
  Settings to = from;
  EXPECT_THAT(NeedsRestart(from, to), IsEmpty());
  to.callers.push_back({});
  to.limits.max_depth = 20;
  to.log_level = LogLevel::kDebug;
  to.tls.certificate = "next.crt";
  to.admission_percent_per_caller = 10;
  EXPECT_THAT(NeedsRestart(from, to), IsEmpty());
  to.grpc_listen = "127.0.0.1:1";
  to.store_path = "other.db";
  to.limits.max_bytes = from.limits.max_bytes * 2;
  to.log_json = true;
  EXPECT_THAT(
      NeedsRestart(from, to),
      UnorderedElementsAre("grpc.listen", "store.path", "limits.message_bytes", "logging.format"));
  KeepWhatNeedsRestart(from, &to);
  EXPECT_THAT(NeedsRestart(from, to), IsEmpty());
  EXPECT_FALSE(to.log_json);
  EXPECT_EQ(to.limits.max_depth, 20);
  EXPECT_EQ(to.tls.certificate, "next.crt");
}

TEST(Settings, ACallersShareAlwaysHoldsOneRecord) {
  Settings settings;
  EXPECT_EQ(AdmissionBytesOfCaller(settings), (uint64_t{64} << 20) / 100 * 50);
  settings.admission_percent_per_caller = 1;
  EXPECT_GT(AdmissionBytesOfCaller(settings), settings.limits.max_bytes);
}

}  // namespace
}  // namespace kgw::main
