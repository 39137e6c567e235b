// Several mapper plug-ins in the built program.
#include "tests/gateway/main/gateway_fixture.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::main {
namespace {

class MappersTest : public GatewayTest {
 protected:
  MappersTest() { staged_.Add("form_mapper"); }

  std::string Config(const std::string& more) {
    return folder_.Write("gateway.yaml", StrCat("development: true\nstore: {path: x.db}\nplugins:\n"
                                                "  paths: [plugins, \"",
                                                staged_.path(), "\"]\n", more));
  }
  static std::string FormMapper(const std::string& name, const std::string& role,
                                const std::string& more = "") {
    return StrCat("  - {name: ", name, ", plugin: form_mapper", more,
                  ", settings: [{name: role, value: ", role, "}]}\n");
  }
  pb::PreviewResponse Preview() {
    grpc::ClientContext context;
    pb::PreviewResponse preview;
    const grpc::Status status = ingest_->Preview(&context, PatientRecord("P-1", 1), &preview);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return preview;
  }

  plugin::StagedPlugins staged_;
};

TEST_F(MappersTest, ANewMapperTakesATypeWithoutAChangeOfTheGateway) {
  Start(Config("mappers:\n" + FormMapper("form", "Basic/mine", ", record_types: [Patient]") +
               "  - {name: kap, plugin: kap_mapper, record_types: [Session, Visit]}\n"));
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  EXPECT_EQ(response.state(), pb::RECORD_STATE_MAPPED);
  EXPECT_EQ(response.resources(), 1u);
  grpc::ClientContext context;
  pb::ListRecordsResponse records;
  ASSERT_TRUE(admin_->ListRecords(&context, {}, &records).ok());
  ASSERT_EQ(records.records_size(), 1);
  EXPECT_THAT(records.records(0).mapper(), HasSubstr("org.example.form-mapper 1.0.0 "));
  EXPECT_THAT(records.records(0).mapper(), Not(HasSubstr("kap")));
}

TEST_F(MappersTest, OneBesideAnotherAddsItsResources) {
  Start(Config("mapper: {plugin: kap_mapper}\nmappers:\n" +
               FormMapper("form", "Basic/more", ", beside: kap_mapper")));
  const pb::PreviewResponse preview = Preview();
  EXPECT_EQ(preview.state(), pb::RECORD_STATE_MAPPED);
  EXPECT_THAT(preview.bundle_json(), HasSubstr(R"("resourceType":"Patient")"));
  EXPECT_THAT(preview.bundle_json(), HasSubstr(R"("text":"form")"));
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  grpc::ClientContext context;
  pb::ListRecordsResponse records;
  ASSERT_TRUE(admin_->ListRecords(&context, {}, &records).ok());
  EXPECT_THAT(records.records(0).mapper(), HasSubstr(", org.example.form-mapper 1.0.0 "));
}

TEST_F(MappersTest, ARoleOfBothParksTheRecord) {
  Start(Config("mapper: {plugin: kap_mapper}\nmappers:\n" +
               FormMapper("form", "Patient", ", beside: kap_mapper")));
  const pb::PreviewResponse preview = Preview();
  EXPECT_EQ(preview.state(), pb::RECORD_STATE_PARKED);
  std::string issues;
  for (const pb::Issue& issue : preview.issues()) StrAppend(&issues, issue.text(), "\n");
  EXPECT_THAT(issues, HasSubstr("the mappers kap_mapper and form both emitted this role"));
}

TEST_F(MappersTest, AChangeWaitsForARestart) {
  const std::string one = "mappers:\n" + FormMapper("form", "Basic/one");
  Start(Config(one));
  const std::string before = Preview().bundle_json();
  Config("mappers:\n" + FormMapper("form", "Basic/two"));
  process_->Signal(SIGHUP);
  WaitForLog("a changed setting needs a restart and keeps its old value");
  WaitForLog("the configuration was reloaded");
  EXPECT_EQ(Preview().bundle_json(), before);
}

}  // namespace
}  // namespace kgw::main
