#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Refusal(const std::string& json) { return WireFromJson(json).status(); }

TEST(FromJsonTest, ReadsBothSpellings) {
  const auto camel = WireFromJson(R"({"recordedTime":"x","visit":{"statusReason":"y"}})");
  const auto snake = WireFromJson(R"({"recorded_time":"x","visit":{"status_reason":"y"}})");
  ASSERT_TRUE(camel.ok()) << camel.status();
  ASSERT_TRUE(snake.ok()) << snake.status();
  EXPECT_EQ(*camel, *snake);
}

TEST(FromJsonTest, ReadsIntegersAndEnumerationsInBothForms) {
  EXPECT_EQ(*WireFromJson(R"({"version":7,"loadMode":"LOAD_MODE_LIVE"})"),
            *WireFromJson(R"({"version":"7","loadMode":1})"));
}

TEST(FromJsonTest, NullIsAbsent) {
  EXPECT_EQ(*WireFromJson(R"({"id":null,"author":null,"session":{"vitals":null}})"),
            *WireFromJson(R"({"session":{}})"));
}

TEST(FromJsonTest, NamesThePlace) {
  const auto fields = [](const std::string& json) { return FieldsOf(Refusal(json)); };
  EXPECT_THAT(fields(R"({"session":{"vitals":[{},{"heartRate":"fast"}]}})"),
              ElementsAre("session.vitals[1].heartRate"));
  EXPECT_THAT(fields(R"({"session":{"vitals":[{},{"pulse":60}]}})"),
              ElementsAre("session.vitals[1]"));
  EXPECT_THAT(fields(R"({"session":{"vitals":{}}})"), ElementsAre("session.vitals"));
  EXPECT_THAT(fields(R"({"session":[]})"), ElementsAre("session"));
  EXPECT_THAT(fields(R"({"id":5})"), ElementsAre("id"));
  EXPECT_THAT(fields(R"({"testData":"true"})"), ElementsAre("testData"));
  EXPECT_THAT(fields(R"({"loadMode":"LIVE"})"), ElementsAre("loadMode"));
  EXPECT_THAT(fields(R"({"loadMode":true})"), ElementsAre("loadMode"));
  EXPECT_THAT(fields(R"({"session":{"number":2147483648}})"), ElementsAre("session.number"));
  EXPECT_THAT(fields(R"({"session":{"number":1.5}})"), ElementsAre("session.number"));
  EXPECT_THAT(fields(R"({"version":"9223372036854775808"})"), ElementsAre("version"));
  EXPECT_THAT(fields(R"({"session":{},"visit":{}})"), ElementsAre("visit"));
  EXPECT_THAT(fields(R"({"loadMode":1,"load_mode":1})"), ElementsAre("loadMode"));
  EXPECT_THAT(fields(R"([])"), ElementsAre("record"));
}

TEST(FromJsonTest, SaysWhatAMistypedNameMeans) {
  EXPECT_THAT(std::string(Refusal(R"({"session":{"vitals":[{"heartrate":60}]}})").message()),
              HasSubstr("heartRate"));
}

TEST(FromJsonTest, BrokenJsonIsAnError) {
  for (const char* json :
       {"", "{", "{\"id\":}", "{\"id\":\"\xff\"}", "{\"id\":\"a\",\"id\":\"b\"}"}) {
    EXPECT_EQ(Refusal(json).code(), absl::StatusCode::kInvalidArgument) << json;
  }
  EXPECT_FALSE(Refusal(std::string(100000, '[')).ok());
}

TEST(FromJsonTest, AnswersNeverQuoteTheRecord) {
  for (const char* json : {R"({"canary":1})", R"({"version":"canary"})", R"({"loadMode":"canary"})",
                           R"({"id":canary})"}) {
    EXPECT_THAT(std::string(Refusal(json).message()), Not(HasSubstr("canary"))) << json;
  }
}

TEST(FromJsonTest, GivesBackWhatWasWritten) {
  for (const kap::v1::Record& sample : AllSamples()) {
    const auto record = DecodeMessage(sample);
    const auto wire = WireFromJson(record->json);
    ASSERT_TRUE(wire.ok()) << wire.status();
    const auto again = DecodeBytes(*wire);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->json, record->json);
  }
}

}  // namespace
}  // namespace kgw::record
