// The built program with a plug-in that does not let go.
#include "tests/gateway/main/gateway_fixture.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::main {
namespace {

// A gateway with a plug-in whose calls never end.
class StuckPlugin : public GatewayTest {
 protected:
  void StartWith(const std::string& plugin, const std::string& use) {
    staged_.Add(plugin);
    Start(folder_.Write("gateway.yaml", StrCat("development: true\nplugins:\n  paths: [plugins, \"",
                                               staged_.path(), "\"]\n", use)),
          {"limits.drain_timeout=1s"});
  }

  void EndsWithout() {
    process_->Signal(SIGTERM);
    EXPECT_EQ(process_->Wait(), 1);
    EXPECT_THAT(process_->Log(), HasSubstr("a plug-in's call did not end though it was cancelled"));
  }

  plugin::StagedPlugins staged_;
};

constexpr char kDeliver[] =
    "destinations:\n  - name: hospital\n    plugin: stuck_connector\n"
    "    url: http://127.0.0.1:1/\n    purpose: TREAT\n    record_types: [Patient]\n";

TEST_F(StuckPlugin, ThatDeliversDoesNotKeepTheProgramFromEnding) {
  StartWith("stuck_connector", kDeliver);
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  WaitForLog("stuck_connector: delivers");
  EndsWithout();
  EXPECT_THAT(process_->Log(), HasSubstr("a delivery was still running"));
  EXPECT_THAT(process_->Log(), HasSubstr("stuck_connector"));
  // What it had taken is there for the next.
  StartWith("stuck_connector", kDeliver);
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  EXPECT_TRUE(response.duplicate());
}

// gRPC itself waits for the call that the mapper holds.
TEST_F(StuckPlugin, ThatMapsDoesNotKeepTheProgramFromEnding) {
  StartWith("stuck_mapper", "mapper:\n  plugin: stuck_mapper\n");
  std::thread sender([this] {
    pb::SubmitResponse response;
    EXPECT_FALSE(Submit(PatientRecord("P-1", 1), &response).ok());
  });
  WaitForLog("stuck_mapper: maps");
  EndsWithout();
  sender.join();
}

}  // namespace
}  // namespace kgw::main
