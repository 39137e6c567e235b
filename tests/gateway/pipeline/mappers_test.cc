// Several mappers: who makes what of which record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/violation.h"
#include "gateway/fhir/base_check.h"
#include "gateway/pipeline/pipeline.h"
#include "tests/gateway/pipeline/scripted_mapper.h"
#include "tests/support/pipeline/one_mapper.h"

namespace kgw::pipeline {
namespace {

using store::RecordState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MappersTest : public testing::Test {
 protected:
  // One record through `own`, which takes Sessions and Visits, `other`, which takes Patients, and
  // `beside`, which stands beside `own` for Sessions.
  absl::StatusOr<Processed> Try(const record::Record& record) {
    const Pipeline pipeline({{"beside", test::Borrowed(beside_), {"Session"}, true},
                             {"own", test::Borrowed(own_), {"Session", "Visit"}},
                             {"other", test::Borrowed(other_), {"Patient"}}},
                            validator_, {});
    return pipeline.Process({{&record}}, absl::Seconds(1)).at(0);
  }
  Processed Run(const record::Record& record) { return *Try(record); }
  static std::vector<std::string> RolesOf(const Processed& processed) {
    std::vector<std::string> roles;
    for (const auto& resource : processed.resources) roles.push_back(resource.role);
    return roles;
  }
  MappersTest() {
    beside_.answer.outputs = {
        {kFhir, "Basic/beside",
         R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"kgw:self/Basic"}})"}};
  }

  ScriptedMapper own_{"own 1"};
  ScriptedMapper other_{"other 1"};
  ScriptedMapper beside_{"beside 1"};
  const fhir::BaseR4Validator validator_;
};

TEST_F(MappersTest, TheTypeOfARecordChoosesItsMapper) {
  EXPECT_EQ(Run(RecordOf("Visit", "V-1")).mapper, "own 1");
  EXPECT_EQ(Run(RecordOf("Patient", "P-1")).mapper, "other 1");
  EXPECT_THAT(own_.calls, ElementsAre(1));
  EXPECT_THAT(other_.calls, ElementsAre(1));
  EXPECT_THAT(beside_.calls, IsEmpty());
}

TEST_F(MappersTest, WhatStandsBesideAddsResourcesThatMayReferToTheOthers) {
  const Processed processed = Run(RecordOf("Session", "S-1"));
  ASSERT_EQ(processed.state, RecordState::kMapped) << processed.issues.at(0).text;
  EXPECT_THAT(RolesOf(processed), ElementsAre("Basic", "Basic/beside"));
  EXPECT_THAT(processed.resources[1].body,
              HasSubstr("\"reference\":\"Basic/" + processed.resources[0].id));
  EXPECT_EQ(processed.mapper, "own 1, beside 1");
}

TEST_F(MappersTest, ARoleThatBothEmitParksAndNamesBoth) {
  beside_.answer.outputs = own_.answer.outputs;
  const Processed processed = Run(RecordOf("Session", "S-1"));
  EXPECT_EQ(processed.state, RecordState::kParked);
  ASSERT_EQ(processed.issues.size(), 1u);
  EXPECT_EQ(processed.issues[0].expression, "Basic");
  EXPECT_THAT(processed.issues[0].text, HasSubstr("own and beside both emitted this role"));
  EXPECT_EQ(processed.mapper, "own 1, beside 1");
}

TEST_F(MappersTest, WhatStandsBesideAndFailsParksTheRecord) {
  beside_.answer = {};
  beside_.answer.status = absl::InternalError("says why");
  const Processed processed = Run(RecordOf("Session", "S-1"));
  EXPECT_EQ(processed.state, RecordState::kParked);
  EXPECT_THAT(processed.resources, IsEmpty());
  EXPECT_EQ(processed.issues.at(0).text, "says why");
}

TEST_F(MappersTest, NothingIsKeptWhereOneOfThemLearntNothing) {
  beside_.answer = {};
  beside_.answer.undecided = true;
  beside_.answer.status = RetryLater(absl::StatusCode::kUnavailable, "later", absl::Seconds(1));
  EXPECT_TRUE(absl::IsUnavailable(Try(RecordOf("Session", "S-1")).status()));
}

TEST_F(MappersTest, ATypeThatNobodyTakesIsParked) {
  const Processed processed = Run(RecordOf("Outcome", "O-1"));
  EXPECT_EQ(processed.state, RecordState::kParked);
  ASSERT_EQ(processed.issues.size(), 1u);
  EXPECT_EQ(processed.issues[0].text, "no mapper is configured that takes records of this type");
  EXPECT_EQ(processed.mapper, "none");
}

TEST_F(MappersTest, EachIsCalledOnceForABatch) {
  const record::Record session = RecordOf("Session", "S-1");
  const record::Record visit = RecordOf("Visit", "V-1");
  const record::Record patient = RecordOf("Patient", "P-1");
  const Pipeline pipeline({{"own", test::Borrowed(own_), {"Session", "Visit"}},
                           {"other", test::Borrowed(other_), {"Patient"}}},
                          validator_, {});
  const auto processed = pipeline.Process({{&session}, {&patient}, {&visit}}, absl::Seconds(1));
  EXPECT_THAT(own_.calls, ElementsAre(2));
  EXPECT_THAT(other_.calls, ElementsAre(1));
  EXPECT_EQ(processed[1]->mapper, "other 1");
  EXPECT_EQ(processed[2]->mapper, "own 1");
}

}  // namespace
}  // namespace kgw::pipeline
