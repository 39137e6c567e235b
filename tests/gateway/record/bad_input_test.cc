// What is counted nowhere: it ends in INVALID_ARGUMENT with field violations, within its cap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

void ExpectRefused(std::string bytes, const std::string& field, const Limits& limits = {}) {
  const auto record = Decode(std::move(bytes), limits);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(FieldsOf(record.status()), Contains(field)) << record.status();
}

std::string Varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
  return out;
}

std::string Tag(int field, int wire_type) {
  return Varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire_type));
}

std::string Delimited(int field, const std::string& bytes) {
  return Tag(field, 2) + Varint(bytes.size()) + bytes;
}

const std::string& Sample() {
  static const std::string& bytes = *new std::string(SampleSession().SerializeAsString());
  return bytes;
}

TEST(BadInputTest, NothingAtAll) {
  const auto record = DecodeBytes("");
  EXPECT_THAT(FieldsOf(record.status()),
              ElementsAre("tenant", "source", "id", "version", "content"));
}

TEST(BadInputTest, UnknownFieldAtTheTop) {
  ExpectRefused(Sample() + Tag(999, 0) + "\x01", "record");
}

TEST(BadInputTest, UnknownFieldDeepInside) {
  kap::v1::Record message = SampleSession();
  auto& dose = *message.mutable_session()->mutable_doses(0);
  dose.GetReflection()->MutableUnknownFields(&dose)->AddVarint(200, 1);
  ExpectRefused(message.SerializeAsString(), "session.doses[0]");
}

TEST(BadInputTest, ManyUnknownFieldsAreNamedTwentyTimes) {
  std::string bytes = Sample();
  for (int i = 0; i < 100000; ++i) bytes += Tag(999, 0) + "\x01";
  const auto record = DecodeBytes(bytes);
  EXPECT_THAT(FieldsOf(record.status()), SizeIs(20));
}

TEST(BadInputTest, WrongWireType) {
  ExpectRefused(Sample() + Tag(kap::v1::Record::kTestDataFieldNumber, 1) + "12345678", "testData");
  ExpectRefused(Tag(kap::v1::Record::kTenantFieldNumber, 0) + "\x01" + Sample(), "tenant");
  ExpectRefused(Tag(kap::v1::Record::kVersionFieldNumber, 2) + "\x01" + "x" + Sample(), "version");
}

TEST(BadInputTest, GroupsAndReservedWireTypes) {
  for (int wire_type : {3, 4, 6, 7}) {
    ExpectRefused(Sample() + Tag(kap::v1::Record::kTestDataFieldNumber, wire_type), "record");
  }
}

// Protobuf reads five bytes of a tag or a length; what is stored must be readable for it.
TEST(BadInputTest, TagsAndLengthsLongerThanProtobufReads) {
  const std::string zeros("\x80\x80\x80\x80\x00", 5);
  ASSERT_EQ(Sample()[0], '\x0a');
  ExpectRefused("\x8a" + zeros + Sample().substr(1), "record");
  const std::string length(1, static_cast<char>(Sample()[1] | 0x80));
  ExpectRefused("\x0a" + length + zeros + Sample().substr(2), "tenant");
}

TEST(BadInputTest, DepthBombs) {
  std::string groups;
  for (int i = 0; i < 1000000; ++i) groups += Tag(21, 3);
  ExpectRefused(groups, "record");
  std::string nested;
  for (int i = 0; i < 300; ++i) nested = Delimited(kap::v1::Record::kSessionFieldNumber, nested);
  ExpectRefused(nested, "session");
}

TEST(BadInputTest, DepthBelowTheLimitOfTheCaller) {
  ExpectRefused(Sample(), "author.who", Limits{.max_depth = 2});
}

TEST(BadInputTest, InvalidUtf8) {
  for (const std::string& text :
       {std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("long enough \xe2\x82"),
        std::string("\x80 begins late"), std::string("\xf0\x8f\xbf\xbf")}) {
    ExpectRefused(Delimited(kap::v1::Record::kTenantFieldNumber, text), "tenant");
  }
}

TEST(BadInputTest, LargerThanTheCap) {
  ExpectRefused(std::string(size_t{64} << 20, 'x'), "record");
  ExpectRefused(Sample(), "record", Limits{.max_bytes = Sample().size() - 1});
  EXPECT_TRUE(DecodeBytes(Sample(), Limits{.max_bytes = Sample().size()}).ok());
}

TEST(BadInputTest, TenThousandRepeatedParts) {
  kap::v1::Record message = SampleSession();
  for (int i = 0; i < 10000; ++i) message.mutable_session()->add_vitals();
  ExpectRefused(message.SerializeAsString(), "session.vitals");
}

TEST(BadInputTest, ManyListsTogether) {
  kap::v1::Record message = SampleScreening();
  for (int i = 0; i < 300; ++i) {
    auto* questionnaire = message.mutable_screening()->add_questionnaires();
    for (int j = 0; j < 50; ++j) questionnaire->add_items();
  }
  const auto record = DecodeMessage(message);
  ASSERT_FALSE(record.ok());
  EXPECT_THAT(std::string(record.status().message()), HasSubstr("10000"));
}

TEST(BadInputTest, PackedNumbersCountToo) {
  std::string role;
  for (int i = 0; i < 3000; ++i) role += '\x01';
  kap::v1::Record message = SamplePractitioner();
  std::string practitioner = message.practitioner().SerializeAsString();
  practitioner += Delimited(kap::v1::Practitioner::kRolesFieldNumber,
                            Delimited(kap::v1::PractitionerRole::kKindsFieldNumber, role));
  message.clear_content();
  ExpectRefused(message.SerializeAsString() +
                    Delimited(kap::v1::Record::kPractitionerFieldNumber, practitioner),
                "practitioner.roles[1].kinds");
}

TEST(BadInputTest, SingularFieldsAndContentsGivenTwice) {
  ExpectRefused(Sample() + Delimited(kap::v1::Record::kIdFieldNumber, "S-2"), "id");
  ExpectRefused(Sample() + Delimited(kap::v1::Record::kSessionFieldNumber, ""), "session");
  ExpectRefused(Sample() + Delimited(kap::v1::Record::kOutcomeFieldNumber, ""), "outcome");
}

TEST(BadInputTest, NumbersBeyondTheirType) {
  ExpectRefused(Sample() + Tag(kap::v1::Record::kTestDataFieldNumber, 0) + Varint(2), "testData");
  kap::v1::Record message = SampleOutcome();
  message.clear_outcome();
  ExpectRefused(
      message.SerializeAsString() +
          Delimited(kap::v1::Record::kOutcomeFieldNumber,
                    Tag(kap::v1::Outcome::kTimePointFieldNumber, 0) + Varint(uint64_t{1} << 32)),
      "outcome.timePoint");
  ExpectRefused(Tag(kap::v1::Record::kVersionFieldNumber, 0) + std::string(10, '\xff'), "version");
}

TEST(BadInputTest, UnusableKeys) {
  const auto refuse = [](const std::string& field, auto change) {
    kap::v1::Record message = SampleSession();
    change(message);
    ExpectRefused(message.SerializeAsString(), field);
  };
  refuse("tenant", [](auto& m) { m.clear_tenant(); });
  refuse("tenant", [](auto& m) { m.set_tenant(""); });
  refuse("source", [](auto& m) { m.set_source("a\nb"); });
  refuse("id", [](auto& m) { m.set_id(std::string(257, 'x')); });
  refuse("id", [](auto& m) { m.set_id("a\x7f"); });
  refuse("id", [](auto& m) { m.set_id("a\u0085"); });
  refuse("patient", [](auto& m) { m.set_patient(""); });
  refuse("version", [](auto& m) { m.clear_version(); });
  refuse("version", [](auto& m) { m.set_version(0); });
  refuse("version", [](auto& m) { m.set_version(-1); });
  refuse("content", [](auto& m) { m.clear_content(); });
}

TEST(BadInputTest, LongestIdIsUsable) {
  kap::v1::Record message = SampleSession();
  message.set_id(std::string(256, 'x'));
  EXPECT_TRUE(DecodeMessage(message).ok());
}

// Cut anywhere, a record is refused or, where the cut falls between fields, lacks something.
TEST(BadInputTest, EveryPrefix) {
  for (size_t size = 0; size < Sample().size(); ++size) {
    const auto record = DecodeBytes(Sample().substr(0, size));
    EXPECT_FALSE(record.ok() && record->issues.empty()) << size;
  }
}

// Whatever is accepted, protobuf reads too.
TEST(BadInputTest, ChangedBytesNeverSplitTheReaders) {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = Sample();
    for (int j = 0; j < 2; ++j) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto record = DecodeBytes(bytes);
    if (record.ok()) {
      kap::v1::Record theirs;
      ASSERT_TRUE(theirs.ParseFromString(bytes));
      ASSERT_EQ(record->json, CanonicalJson(theirs.SerializeAsString()));
    }
  }
}

TEST(BadInputTest, AnswersNeverQuoteTheRecord) {
  kap::v1::Record message = SamplePatient();
  message.set_source("canary\x01");
  message.mutable_patient_record()->set_birth_date("canary");
  const auto refused = DecodeMessage(message);
  EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr("canary")));
  message.set_source("kap-ehr");
  const auto rejected = DecodeMessage(message);
  ASSERT_TRUE(rejected.ok());
  ASSERT_THAT(rejected->issues, SizeIs(1));
  EXPECT_THAT(rejected->issues[0].text, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace kgw::record
