#include "gateway/record/json_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;
using google::protobuf::util::MessageToJsonString;
using ::testing::HasSubstr;
using ::testing::Not;

std::string OurJson(const kap::v1::Record& message) {
  return CanonicalJson(message.SerializeAsString());
}

// protobuf reads our JSON as the same message, and out of its own JSON comes ours again.
void ExpectSameMeaning(const kap::v1::Record& message) {
  const std::string ours = OurJson(message);
  kap::v1::Record back;
  ASSERT_TRUE(JsonStringToMessage(ours, &back).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(message, back)) << message.id();
  std::string theirs;
  ASSERT_TRUE(MessageToJsonString(message, &theirs).ok());
  ASSERT_TRUE(JsonStringToMessage(theirs, &back).ok());
  EXPECT_EQ(OurJson(back), ours);
}

TEST(JsonTextTest, SamplesMeanTheSameToProtobuf) {
  for (const kap::v1::Record& sample : AllSamples()) {
    ExpectSameMeaning(sample);
  }
}

TEST(JsonTextTest, EveryFieldMeansTheSameToProtobuf) {
  for (int content = kap::v1::Record::kOrganizationFieldNumber;
       content <= kap::v1::Record::kOutcomeFieldNumber; ++content) {
    for (int turn = 0; turn < 4; ++turn) {
      ExpectSameMeaning(EveryFieldSet(content, turn));
    }
  }
}

TEST(JsonTextTest, WritesZeroFalseAndEmptyMessages) {
  kap::v1::Record record = SampleScreening();
  record.set_test_data(false);
  record.mutable_screening()->mutable_decision()->Clear();
  const std::string json = OurJson(record);
  EXPECT_THAT(json, HasSubstr(R"({"number":1,"score":0})"));
  EXPECT_THAT(json, HasSubstr(R"("testData":false)"));
  EXPECT_THAT(json, HasSubstr(R"("decision":{})"));
  EXPECT_THAT(json, HasSubstr(R"("version":"1")"));
  EXPECT_THAT(json, HasSubstr(R"("instrument":"INSTRUMENT_PHQ9")"));
  EXPECT_THAT(json, Not(HasSubstr("antidepressantTrials")));
}

TEST(JsonTextTest, EscapesWhatJsonMust) {
  kap::v1::Record record;
  for (const std::string& text :
       {std::string("quote \" backslash \\ slash /"), std::string("\b\f\n\r\t\x01\x1f\x7f"),
        std::string("a\0b", 3), std::string("é 漢 😀 \u2028"), std::string(""),
        std::string("exactly8"), std::string("nine char\"")}) {
    record.set_tenant(text);
    kap::v1::Record back;
    const std::string json = OurJson(record);
    ASSERT_TRUE(JsonStringToMessage(json, &back).ok()) << json;
    EXPECT_EQ(back.tenant(), text);
  }
}

TEST(JsonTextTest, KeepsNumbersAtTheEdges) {
  for (int64_t version : {INT64_MIN, int64_t{-1}, int64_t{0}, INT64_MAX}) {
    kap::v1::Record record;
    record.set_version(version);
    EXPECT_EQ(OurJson(record), R"({"version":")" + std::to_string(version) + R"("})");
  }
  kap::v1::Record record;
  record.mutable_session()->set_number(INT32_MIN);
  EXPECT_EQ(OurJson(record), R"({"session":{"number":-2147483648}})");
}

TEST(JsonTextTest, WritesUnknownEnumerationsAsNumbers) {
  kap::v1::Record record;
  record.mutable_session()->set_supervision(static_cast<kap::v1::Supervision>(-7));
  EXPECT_EQ(OurJson(record), R"({"session":{"supervision":-7}})");
}

}  // namespace
}  // namespace kgw::record
