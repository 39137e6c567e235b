#include "gateway/pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check.h"
#include "tests/gateway/pipeline/scripted_mapper.h"
#include "tests/gateway/privacy/release_matrix.h"
#include "tests/support/pipeline/one_mapper.h"

namespace kgw::pipeline {
namespace {

using store::DeliveryState;
using store::NewDelivery;
using store::RecordState;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class PipelineTest : public testing::Test {
 protected:
  Processed Run(const record::Record& record, std::vector<privacy::Route> routes = {}) {
    const Pipeline pipeline(test::OneMapper(mapper_), validator_, std::move(routes));
    return *pipeline.Process({{&record}}, absl::Seconds(1)).at(0);
  }

  ScriptedMapper mapper_;
  const fhir::BaseR4Validator validator_;
};

TEST_F(PipelineTest, MapsChecksAndLabels) {
  const Processed processed = Run(RecordOf("Visit", "V-1"));
  ASSERT_EQ(processed.state, RecordState::kMapped) << processed.issues.size();
  ASSERT_EQ(processed.resources.size(), 1u);
  EXPECT_NE(processed.resources[0].body.find(R"("code":"R")"), std::string::npos);
  EXPECT_NE(processed.resources[0].body.find(processed.resources[0].id), std::string::npos);
}

// However many issues there are, no resource is left unfinished and no error is lost.
TEST_F(PipelineTest, ManyWarningsLeaveNothingUnfinished) {
  mapper_.answer.issues.assign(5000, plugin::PluginIssue{2, "value", "Session", "odd"});
  const Processed mapped = Run(RecordOf("Visit", "V-1"));
  ASSERT_EQ(mapped.state, RecordState::kMapped);
  ASSERT_EQ(mapped.resources.size(), 1u);
  EXPECT_NE(mapped.resources[0].body.find(R"("security")"), std::string::npos);
  EXPECT_EQ(mapped.issues.size(), 2000u);

  mapper_.answer.outputs[0].body = R"({"resourceType":"Basic"})";
  const Processed parked = Run(RecordOf("Visit", "V-1"));
  EXPECT_EQ(parked.state, RecordState::kParked);
  EXPECT_EQ(parked.issues.size(), 2000u);
  EXPECT_EQ(parked.issues.back().severity, fhir::Severity::kError);
}

TEST_F(PipelineTest, ParksABundle) {
  mapper_.answer.outputs = {{kFhir, "Bundle", R"({"resourceType":"Bundle","type":"batch"})"}};
  const Processed processed = Run(RecordOf("Visit", "V-1"));
  EXPECT_EQ(processed.state, RecordState::kParked);
  EXPECT_TRUE(processed.resources.empty());
}

TEST_F(PipelineTest, RejectsWrongContentWithoutMappingIt) {
  record::Record record = RecordOf("Visit", "V-1");
  record.issues = {{fhir::Severity::kError, "value", "visit.status", "must be there"}};
  const Processed processed = Run(record);
  EXPECT_EQ(processed.state, RecordState::kRejected);
  EXPECT_EQ(processed.issues, record.issues);
  EXPECT_THAT(mapper_.calls, IsEmpty());
}

TEST_F(PipelineTest, ParksWhatTheMapperWillNotMap) {
  for (const auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kInternal,
                          absl::StatusCode::kFailedPrecondition}) {
    mapper_.answer.status = absl::Status(code, "says why");
    const Processed processed =
        Run(RecordOf("Visit", "V-1"), {{.name = "ehr", .purpose = "TREAT"}});
    EXPECT_EQ(processed.state, RecordState::kParked);
    EXPECT_THAT(processed.issues, Contains(Field(&fhir::Issue::text, "says why")));
    EXPECT_THAT(processed.deliveries, IsEmpty());
  }
}

TEST_F(PipelineTest, ParksWhatBreaksBaseR4) {
  mapper_.answer.outputs = {
      {kFhir, "Observation/x", R"({"resourceType":"Observation","status":"sung"})"}};
  const Processed processed = Run(RecordOf("Session", "S-1"));
  EXPECT_EQ(processed.state, RecordState::kParked);
  EXPECT_TRUE(fhir::HasErrors(processed.issues));
  EXPECT_THAT(processed.resources, IsEmpty());
}

// Finds what a test tells it to.
class ScriptedValidator final : public fhir::Validator {
 public:
  fhir::Findings Validate(std::string_view resource_json,
                          std::string_view expected_type) const override {
    asked.push_back(StrCat(expected_type, " ", resource_json));
    return answer;
  }
  fhir::Findings answer;
  mutable std::vector<std::string> asked;
};

TEST_F(PipelineTest, KeepsWhatItsValidatorPassesAndOnlyThat) {
  const record::Record record = RecordOf("Visit", "V-1");
  const std::string& body = mapper_.answer.outputs[0].body;
  ScriptedValidator validator;
  const Pipeline pipeline(test::OneMapper(mapper_), validator, {});
  validator.answer.issues = {{fhir::Severity::kWarning, "invariant", "Basic", "odd"}};
  const Processed kept = *pipeline.Process({{&record}}, absl::Seconds(1)).at(0);
  EXPECT_EQ(kept.state, RecordState::kMapped);
  EXPECT_THAT(kept.issues, Contains(Field(&fhir::Issue::text, "odd")));
  validator.answer.issues[0].severity = fhir::Severity::kError;
  const Processed parked = *pipeline.Process({{&record}}, absl::Seconds(1)).at(0);
  EXPECT_EQ(parked.state, RecordState::kParked);
  EXPECT_THAT(parked.resources, IsEmpty());
  EXPECT_THAT(validator.asked, ElementsAre("Basic " + body, "Basic " + body));
  // Nobody reads the text a second time: an id is where the validator says there is one.
  validator.answer = {};
  validator.answer.spans.has_id = true;
  EXPECT_EQ(pipeline.Process({{&record}}, absl::Seconds(1)).at(0)->state, RecordState::kParked);
}

TEST_F(PipelineTest, ParksARoleEmittedTwiceAndAnUnknownMediaType) {
  const plugin::Emitted basic = mapper_.answer.outputs[0];
  mapper_.answer.outputs = {basic, basic};
  EXPECT_EQ(Run(RecordOf("Visit", "V-1")).state, RecordState::kParked);
  mapper_.answer.outputs = {{"text/plain", "Basic", "x"}};
  EXPECT_EQ(Run(RecordOf("Visit", "V-1")).state, RecordState::kParked);
}

TEST_F(PipelineTest, ParksWhenTheMapperReportsAnError) {
  mapper_.answer.issues = {{3, "invariant", "Screening.total", "total contradicts the items"}};
  EXPECT_EQ(Run(RecordOf("Screening", "Q-1")).state, RecordState::kParked);
  mapper_.answer.issues[0].severity = 2;
  EXPECT_EQ(Run(RecordOf("Screening", "Q-1")).state, RecordState::kMapped);
}

TEST_F(PipelineTest, TellsSignalsWithTheirResource) {
  mapper_.answer.outputs.push_back(
      {kSignal, "phq9-item9", R"({"code":"44260-8","text":"item 9","resource":"Basic"})"});
  const Processed processed = Run(RecordOf("Screening", "Q-1"));
  ASSERT_EQ(processed.signals.size(), 1u);
  EXPECT_EQ(processed.signals[0].rule, "phq9-item9");
  EXPECT_EQ(processed.signals[0].resource, "Basic/" + processed.resources[0].id);
}

TEST_F(PipelineTest, RoutesByTypeTenantPurposeAndTestData) {
  record::Record record = RecordOf("Session", "S-1");
  record.test_data = true;
  const Processed processed =
      Run(record, {{.name = "all", .purpose = "TREAT"},
                   {.name = "others", .record_types = {"Visit"}, .purpose = "TREAT"},
                   {.name = "elsewhere", .tenants = {"other"}, .purpose = "TREAT"},
                   {.name = "payer", .purpose = "HPAYMT"},
                   {.name = "production", .purpose = "TREAT", .production = true}});
  EXPECT_THAT(processed.deliveries,
              ElementsAre(AllOf(Field(&NewDelivery::destination, "all"),
                                Field(&NewDelivery::state, DeliveryState::kPending),
                                Field(&NewDelivery::lane, "Patient P-1")),
                          AllOf(Field(&NewDelivery::destination, "payer"),
                                Field(&NewDelivery::state, DeliveryState::kWithheld)),
                          AllOf(Field(&NewDelivery::destination, "production"),
                                Field(&NewDelivery::state, DeliveryState::kWithheld))));
}

TEST_F(PipelineTest, AsksForEachDestinationWhetherTheRecordMayGoThere) {
  record::Record record = RecordOf("Session", "S-1");
  record.key.name = privacy::MatrixName();
  for (const privacy::ReleaseCase& each : privacy::ReleaseMatrix("ehr")) {
    record.test_data = each.test_data;
    const Processed processed = Run(record, {each.route});
    ASSERT_EQ(processed.state, RecordState::kMapped) << each.what;
    if (each.expected == privacy::ReleaseVerdict::kNotTaken) {
      EXPECT_THAT(processed.deliveries, IsEmpty()) << each.what;
      continue;
    }
    ASSERT_EQ(processed.deliveries.size(), 1u) << each.what;
    const bool allowed = each.expected == privacy::ReleaseVerdict::kAllowed;
    EXPECT_EQ(processed.deliveries[0].state,
              allowed ? DeliveryState::kPending : DeliveryState::kWithheld)
        << each.what;
    EXPECT_FALSE(processed.deliveries[0].why.empty()) << each.what;
  }
}

TEST_F(PipelineTest, LanesOfTheDirectoryAreTheirRecords) {
  const Processed processed =
      Run(RecordOf("Organization", "ORG-1"), {{.name = "ehr", .purpose = "TREAT"}});
  EXPECT_THAT(processed.deliveries, ElementsAre(Field(&NewDelivery::lane, "Organization ORG-1")));
}

TEST_F(PipelineTest, MapsManyRecordsInOneCall) {
  record::Record good = RecordOf("Visit", "V-1");
  record::Record wrong = RecordOf("Visit", "V-2");
  wrong.issues = {{fhir::Severity::kError, "value", "visit", "wrong"}};
  record::Record also = RecordOf("Visit", "V-3");
  const Pipeline pipeline(test::OneMapper(mapper_), validator_, {});
  const auto processed = pipeline.Process({{&good}, {&wrong}, {&also}}, absl::Seconds(1));
  EXPECT_THAT(mapper_.calls, ElementsAre(2));
  ASSERT_EQ(processed.size(), 3u);
  EXPECT_EQ(processed[0]->state, RecordState::kMapped);
  EXPECT_EQ(processed[1]->state, RecordState::kRejected);
  EXPECT_EQ(processed[2]->state, RecordState::kMapped);
}

TEST_F(PipelineTest, GivesAMapperTheRecordsBesideIt) {
  const record::Record session = RecordOf("Session", "S-1");
  record::Record visit = RecordOf("Visit", "V-1");
  visit.json = R"({"visit":1})";
  record::Record screening = RecordOf("Screening", "Q-1");
  screening.json = R"({"screening":1})";
  const Pipeline pipeline(test::OneMapper(mapper_), validator_, {});
  const auto processed =
      pipeline.Process({{&session, {&visit, &screening}}, {&visit}}, absl::Seconds(1));
  EXPECT_EQ(processed.at(0)->state, RecordState::kMapped);
  ASSERT_EQ(mapper_.related.size(), 2u);
  EXPECT_THAT(mapper_.related[0],
              ElementsAre(R"(application/vnd.kap.record+json {"visit":1})",
                          R"(application/vnd.kap.record+json {"screening":1})"));
  EXPECT_THAT(mapper_.related[1], IsEmpty());
}

}  // namespace
}  // namespace kgw::pipeline
