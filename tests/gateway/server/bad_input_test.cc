#include <gmock/gmock.h>

#include <tuple>

#include "gateway/base/strings.h"
#include "tests/gateway/server/server_fixture.h"

// Everything a broken or hostile sender may send, over a real connection: a clear answer within its
// cap, and the server goes on.
namespace kgw::server {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;

class BadInputTest : public ServerFixture {
 protected:
  void SetUp() override { Serve({}); }

  void StillServes() {
    pb::SubmitResponse response;
    EXPECT_TRUE(Submit(PatientRecord("P-after", 1), &response).ok());
  }
  // INVALID_ARGUMENT with at least one violation, and nothing kept.
  void IsRefused(const std::string& bytes) {
    for (const char* method : {"Submit", "Preview"}) {
      const grpc::Status status = SubmitBytes(bytes, method);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
      const auto request = DetailOf<google::rpc::BadRequest>(status);
      EXPECT_TRUE(request.has_value() && request->field_violations_size() > 0);
      EXPECT_LE(status.error_details().size(), 6000u);
    }
    EXPECT_TRUE(store_.committed().empty());
    StillServes();
  }
  // Kept as rejected, with issues that say why.
  void IsRejected(const kap::v1::Record& record) {
    pb::SubmitResponse response;
    const grpc::Status status = Submit(record, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.state(), pb::RECORD_STATE_REJECTED);
    ASSERT_GT(response.issues_size(), 0);
    EXPECT_FALSE(response.issues(0).text().empty());
    EXPECT_FALSE(response.issues(0).expression().empty());
    StillServes();
  }
};

TEST_F(BadInputTest, NoBytes) { IsRefused(""); }

TEST_F(BadInputTest, BytesThatAreNoMessage) { IsRefused("\xff\xff\xff\xff"); }

TEST_F(BadInputTest, UnknownField) {
  // Field 15000, a varint.
  IsRefused(PatientBytes("P-1", 1) + "\xc0\xa9\x07\x01");
}

TEST_F(BadInputTest, WrongWireType) {
  // Field 1, tenant, as a varint.
  IsRefused("\x08\x01" + PatientBytes("P-1", 1));
}

TEST_F(BadInputTest, InvalidUtf8) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  std::string bytes = record.SerializeAsString();
  const size_t at = bytes.find("Example");
  bytes[at] = '\xc0';
  IsRefused(bytes);
}

TEST_F(BadInputTest, TruncatedAnywhere) {
  const std::string bytes = PatientBytes("P-1", 1);
  for (size_t size : {bytes.size() - 1, bytes.size() / 2, size_t{3}}) {
    const grpc::Status status = SubmitBytes(bytes.substr(0, size));
    EXPECT_THAT(status.error_code(),
                AnyOf(Eq(grpc::StatusCode::INVALID_ARGUMENT), Eq(grpc::StatusCode::OK)));
  }
  StillServes();
}

TEST_F(BadInputTest, DepthBomb) {
  // A message in a message, a thousand times: field 22 (the patient) over and over.
  std::string bomb;
  for (int i = 0; i < 1000; ++i) {
    std::string outer = "\xb2\x01";
    size_t size = bomb.size();
    do {
      outer.push_back(static_cast<char>((size & 0x7f) | (size > 0x7f ? 0x80 : 0)));
      size >>= 7;
    } while (size > 0);
    bomb = outer + bomb;
  }
  IsRefused(bomb);
}

TEST_F(BadInputTest, GroupsWithoutAnEnd) { IsRefused(std::string(100000, '\x0b')); }

TEST_F(BadInputTest, LargerThanTheCap) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.mutable_patient_record()->set_race_text(std::string((size_t{4} << 20) + 100, 'x'));
  IsRefused(record.SerializeAsString());
}

TEST_F(BadInputTest, SixtyFourMegabytes) {
  const grpc::Status status = SubmitBytes(std::string(size_t{64} << 20, 'x'));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  EXPECT_FALSE(status.error_message().empty());
  EXPECT_EQ(budget_->in_use(), 0u);
  StillServes();
}

// A few bytes on the wire would be a thousand times as many in memory.
TEST_F(BadInputTest, CompressedMessages) {
  for (grpc_compression_algorithm algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    kap::v1::Record record = PatientRecord("P-1", 1);
    record.mutable_patient_record()->set_race_text(std::string(size_t{1} << 20, 'x'));
    grpc::ClientContext context;
    Give(context);
    context.set_compression_algorithm(algorithm);
    pb::SubmitResponse response;
    const grpc::Status status = ingest_->Submit(&context, record, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
    EXPECT_THAT(status.error_message(), ::testing::HasSubstr("ompression"));
    grpc::ClientContext of_stream;
    Give(of_stream);
    of_stream.set_compression_algorithm(algorithm);
    auto stream = ingest_->SubmitStream(&of_stream);
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  }
  EXPECT_TRUE(store_.committed().empty());
  StillServes();
}

TEST_F(BadInputTest, TenThousandParts) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  for (int i = 0; i < 10000; ++i) record.mutable_patient_record()->add_names()->set_family("x");
  IsRefused(record.SerializeAsString());
}

TEST_F(BadInputTest, VersionZero) { IsRefused(PatientBytes("P-1", 0)); }

TEST_F(BadInputTest, NoKey) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.clear_id();
  IsRefused(record.SerializeAsString());
}

TEST_F(BadInputTest, TwoPartsWithOneId) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  for (int i = 0; i < 2; ++i) {
    kap::v1::Coverage* coverage = record.mutable_patient_record()->add_coverages();
    coverage->set_id("C-1");
    coverage->set_status(kap::v1::COVERAGE_STATUS_ACTIVE);
    coverage->set_relationship(kap::v1::SUBSCRIBER_RELATIONSHIP_SELF);
    coverage->set_member_id("M-1");
    coverage->set_payer("O-1");
  }
  IsRejected(record);
}

TEST_F(BadInputTest, AReferenceToAnOwnPartThatIsNotThere) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  kap::v1::Coverage* coverage = record.mutable_patient_record()->add_coverages();
  coverage->set_id("C-1");
  coverage->set_status(kap::v1::COVERAGE_STATUS_ACTIVE);
  coverage->set_relationship(kap::v1::SUBSCRIBER_RELATIONSHIP_SPOUSE);
  coverage->set_member_id("M-1");
  coverage->set_payer("O-1");
  coverage->set_subscriber("nobody");
  IsRejected(record);
}

TEST_F(BadInputTest, ATimeWithoutOffset) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.set_recorded_time("2026-03-02T14:05:00");
  IsRejected(record);
}

TEST_F(BadInputTest, AScoreOutOfRange) {
  kap::v1::Record record = PatientRecord("O-1", 1);
  record.set_patient("P-1");
  kap::v1::Outcome* outcome = record.mutable_outcome();
  outcome->set_time_point(kap::v1::TIME_POINT_PLUS_7_DAYS);
  kap::v1::Questionnaire* questionnaire = outcome->add_questionnaires();
  questionnaire->set_id("Q-1");
  questionnaire->set_instrument(kap::v1::INSTRUMENT_PHQ9);
  questionnaire->set_administered_time("2026-03-02T14:00:00-07:00");
  kap::v1::ItemAnswer* item = questionnaire->add_items();
  item->set_number(1);
  item->set_score(4);
  IsRejected(record);
}

TEST_F(BadInputTest, NoContent) {
  kap::v1::Record record = PatientRecord("P-1", 1);
  record.clear_content();
  const grpc::Status status = SubmitBytes(record.SerializeAsString());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  StillServes();
}

}  // namespace
}  // namespace kgw::server
