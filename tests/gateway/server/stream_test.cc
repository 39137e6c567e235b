#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/escaping.h"
#include "gateway/base/strings.h"
#include "gateway/server/byte_buffer.h"
#include "tests/gateway/server/server_fixture.h"

namespace kgw::server {
namespace {

using Stream = grpc::ClientReaderWriter<pb::SubmitStreamRequest, pb::SubmitStreamResponse>;

class StreamTest : public ServerFixture {
 protected:
  std::unique_ptr<Stream> Open(grpc::ClientContext& context, pb::StreamOptions::Results results =
                                                                 pb::StreamOptions::RESULTS_ALL) {
    Give(context);
    std::unique_ptr<Stream> stream = ingest_->SubmitStream(&context);
    pb::SubmitStreamRequest request;
    request.mutable_options()->set_results(results);
    stream->Write(request);
    return stream;
  }
  static bool Send(Stream& stream, const std::string& bytes) {
    pb::SubmitStreamRequest request;
    request.set_record(bytes);
    return stream.Write(request);
  }
  struct Heard {
    uint64_t acked = 0;
    std::vector<pb::StreamResult> results;
    grpc::Status status;
  };
  // Everything until the stream ends; acked_through must never go back.
  static Heard Hear(Stream& stream) {
    Heard heard;
    pb::SubmitStreamResponse response;
    while (stream.Read(&response)) {
      EXPECT_GE(response.acked_through(), heard.acked);
      heard.acked = response.acked_through();
      for (const pb::StreamResult& result : response.results()) heard.results.push_back(result);
    }
    heard.status = stream.Finish();
    return heard;
  }
};

TEST_F(StreamTest, AcknowledgesEveryRecordInOrder) {
  Serve({});
  grpc::ClientContext context;
  auto stream = Open(context);
  std::thread sender([&] {
    for (int i = 1; i <= 200; ++i) EXPECT_TRUE(Send(*stream, PatientBytes("P-1", i)));
    stream->WritesDone();
  });
  const Heard heard = Hear(*stream);
  sender.join();
  EXPECT_TRUE(heard.status.ok()) << heard.status.error_message();
  EXPECT_EQ(heard.acked, 200u);
  EXPECT_EQ(heard.results.size(), 200u);
  const std::vector<store::NewVersion> committed = store_.committed();
  ASSERT_EQ(committed.size(), 200u);
  for (size_t i = 0; i < committed.size(); ++i) {
    EXPECT_EQ(committed[i].key.version, static_cast<int64_t>(i + 1));
  }
}

TEST_F(StreamTest, TellsOnlyExceptionsWhenAsked) {
  Serve({});
  grpc::ClientContext context;
  auto stream = Open(context, pb::StreamOptions::RESULTS_EXCEPTIONS);
  kap::v1::Record wrong = PatientRecord("P-2", 1);
  wrong.mutable_patient_record()->clear_names();
  Send(*stream, PatientBytes("P-1", 1));
  Send(*stream, wrong.SerializeAsString());
  Send(*stream, "\xff\xff");
  Send(*stream, PatientBytes("P-3", 1));
  stream->WritesDone();
  const Heard heard = Hear(*stream);
  EXPECT_TRUE(heard.status.ok());
  EXPECT_EQ(heard.acked, 4u);
  ASSERT_EQ(heard.results.size(), 2u);
  EXPECT_EQ(heard.results[0].sequence(), 2u);
  EXPECT_EQ(heard.results[0].response().state(), pb::RECORD_STATE_REJECTED);
  EXPECT_EQ(heard.results[1].sequence(), 3u);
  EXPECT_EQ(heard.results[1].status_code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_GT(heard.results[1].violations_size(), 0);
}

TEST_F(StreamTest, WantsItsOptionsFirst) {
  Serve({});
  grpc::ClientContext context;
  Give(context);
  auto stream = ingest_->SubmitStream(&context);
  Send(*stream, PatientBytes("P-1", 1));
  EXPECT_EQ(Hear(*stream).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(StreamTest, HoldsNoMoreThanItsWindow) {
  Serve({});  // a window of 8
  store_.Hold();
  grpc::ClientContext context;
  auto stream = Open(context);
  std::thread sender([&] {
    for (int i = 1; i <= 50; ++i) Send(*stream, PatientBytes("P-1", i));
    stream->WritesDone();
  });
  while (store_.waiting() < 8) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(intake_->unanswered(), 8);
  store_.Release();
  const Heard heard = Hear(*stream);
  sender.join();
  EXPECT_EQ(heard.acked, 50u);
}

TEST_F(StreamTest, WaitsForRoomInTheBudgetInsteadOfFailing) {
  Serve({.admission_bytes = 3000});
  grpc::ClientContext context;
  auto stream = Open(context);
  std::thread sender([&] {
    for (int i = 1; i <= 50; ++i) Send(*stream, PatientBytes("P-1", i));
    stream->WritesDone();
  });
  const Heard heard = Hear(*stream);
  sender.join();
  EXPECT_TRUE(heard.status.ok()) << heard.status.error_message();
  EXPECT_EQ(heard.acked, 50u);
  EXPECT_EQ(budget_->in_use(), 0u);
}

TEST_F(StreamTest, ARecordBeyondItsCallersShareIsAccountedToo) {
  Serve({.admission_bytes = 4000, .caller_bytes = 1000});
  grpc::ClientContext context;
  auto stream = Open(context);
  store_.Hold();
  Send(*stream, PatientBytes("P-1", 1));
  while (store_.waiting() < 1) std::this_thread::yield();
  EXPECT_GT(budget_->in_use(), 1000u);
  store_.Release();
  stream->WritesDone();
  const Heard heard = Hear(*stream);
  EXPECT_TRUE(heard.status.ok()) << heard.status.error_message();
  EXPECT_EQ(heard.acked, 1u);
}

TEST_F(StreamTest, ARecordThatThereIsNoRoomForEndsTheStream) {
  Serve({.admission_bytes = 2000});
  grpc::ClientContext context;
  auto stream = Open(context);
  Send(*stream, PatientBytes("P-1", 1));
  Send(*stream, std::string(2000, 'x'));
  const Heard heard = Hear(*stream);
  EXPECT_EQ(heard.acked, 1u);
  EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto request = DetailOf<google::rpc::BadRequest>(heard.status);
  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(request->field_violations(0).description(),
              ::testing::HasSubstr("limits.admission_bytes"));
  // An answer is on its way before it is counted.
  EXPECT_TRUE(intake_->WaitUntilAnswered(absl::Seconds(10)));
}

TEST_F(StreamTest, ACallerHasOnlySoManyStreams) {
  Serve({});  // two
  grpc::ClientContext contexts[3];
  auto first = Open(contexts[0]);
  auto second = Open(contexts[1]);
  Send(*first, PatientBytes("P-1", 1));
  Send(*second, PatientBytes("P-2", 1));
  pb::SubmitStreamResponse response;
  ASSERT_TRUE(first->Read(&response));
  ASSERT_TRUE(second->Read(&response));
  auto third = Open(contexts[2]);
  const Heard heard = Hear(*third);
  EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(heard.status).has_value());
  first->WritesDone();
  second->WritesDone();
  EXPECT_TRUE(Hear(*first).status.ok());
  EXPECT_TRUE(Hear(*second).status.ok());
}

TEST_F(StreamTest, DrainAnswersWhatWasReadAndSaysWhereToGoOn) {
  Serve({});
  grpc::ClientContext context;
  auto stream = Open(context);
  store_.Hold();
  for (int i = 1; i <= 3; ++i) Send(*stream, PatientBytes("P-1", i));
  while (store_.waiting() < 3) std::this_thread::yield();
  streams_.DrainAll();
  store_.Release();
  const Heard heard = Hear(*stream);
  EXPECT_EQ(heard.acked, 3u);
  EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(heard.status).has_value());
}

TEST_F(StreamTest, AStoreThatFailsEndsTheStreamWithoutAcknowledging) {
  Serve({});
  grpc::ClientContext context;
  auto stream = Open(context);
  Send(*stream, PatientBytes("P-1", 1));
  pb::SubmitStreamResponse response;
  ASSERT_TRUE(stream->Read(&response));
  store_.FailWith(absl::UnavailableError("the disk is full"));
  for (int i = 2; i <= 6; ++i) Send(*stream, PatientBytes("P-1", i));
  const Heard heard = Hear(*stream);
  EXPECT_EQ(heard.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_LE(heard.acked, 1u);
  EXPECT_EQ(store_.committed().size(), 1u);
}

TEST_F(StreamTest, ACallerThatGoesLeavesNothingBehind) {
  Serve({});
  store_.Hold();
  {
    grpc::ClientContext context;
    auto stream = Open(context);
    for (int i = 1; i <= 3; ++i) Send(*stream, PatientBytes("P-1", i));
    while (store_.waiting() < 3) std::this_thread::yield();
    context.TryCancel();
    EXPECT_EQ(Hear(*stream).status.error_code(), grpc::StatusCode::CANCELLED);
  }
  store_.Release();
  EXPECT_TRUE(intake_->WaitUntilAnswered(absl::Seconds(10)));
  EXPECT_EQ(budget_->in_use(), 0u);
}

// Streams of whatever bytes. The records 1 and 3 are good; what stands between them is not.
class StreamBytesTest : public StreamTest {
 protected:
  using Bytes = grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  static bool SendBytes(Bytes& stream, const std::string& bytes) {
    grpc::Slice slice(bytes);
    return stream.Write(grpc::ByteBuffer(&slice, 1));
  }
  static std::string RecordBytes(int version) {
    pb::SubmitStreamRequest request;
    request.set_record(PatientBytes("P-1", version));
    return request.SerializeAsString();
  }
  static std::string OptionsBytes() {
    pb::SubmitStreamRequest request;
    request.mutable_options()->set_results(pb::StreamOptions::RESULTS_ALL);
    return request.SerializeAsString();
  }
  Heard HearOf(const std::vector<std::string>& messages) {
    grpc::ClientContext context;
    Give(context);
    const grpc::internal::RpcMethod rpc("/gateway.v1.IngestService/SubmitStream",
                                        grpc::internal::RpcMethod::BIDI_STREAMING);
    std::unique_ptr<Bytes> stream(
        grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
            channel_.get(), rpc, &context));
    for (const std::string& each : messages) SendBytes(*stream, each);
    stream->WritesDone();
    Heard heard;
    grpc::ByteBuffer buffer;
    while (stream->Read(&buffer)) {
      pb::SubmitStreamResponse response;
      EXPECT_TRUE(response.ParseFromString(TakeBytes(&buffer)));
      EXPECT_GE(response.acked_through(), heard.acked);
      heard.acked = response.acked_through();
      for (const pb::StreamResult& result : response.results()) heard.results.push_back(result);
    }
    heard.status = stream->Finish();
    return heard;
  }
  static void IsInvalid(const grpc::Status& status, const std::string& field,
                        const std::string& says) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    const auto request = DetailOf<google::rpc::BadRequest>(status);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->field_violations(0).field(), field);
    EXPECT_THAT(request->field_violations(0).description(), ::testing::HasSubstr(says));
  }
};

TEST_F(StreamBytesTest, AMessageThatIsNoneEndsTheStreamAfterWhatWasTaken) {
  Serve({.streams_per_caller = 100});  // the place of one that has ended is free a little later
  struct Case {
    std::string bytes, field, says;
  };
  const std::vector<Case> cases = {
      {"\x12\xff", "record", "cut off"},
      {std::string("\x12\x05") + "abc", "record", "cut off"},
      {"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "record", "cut off"},
      {"", "", "empty"},
      {std::string(1, '\0'), "", "not protobuf"},
      {std::string(100, '\xff'), "", "not protobuf"},
      {std::string("\x10\x01"), "record", "wire type"},
      {std::string("\x1a\x01x"), "", "not in the schema"},
      {RecordBytes(2) + RecordBytes(3), "record", "one field in each"},
      {RecordBytes(2) + OptionsBytes(), "record", "one field in each"},
      {OptionsBytes() + RecordBytes(2), "options", "one field in each"},
      {RecordBytes(2) + "\x18\x01", "record", "one field in each"},
      {OptionsBytes(), "record", "after the first"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(absl::CHexEscape(each.bytes.substr(0, 12)));
    const Heard heard = HearOf({OptionsBytes(), RecordBytes(1), each.bytes, RecordBytes(3)});
    IsInvalid(heard.status, each.field, each.says);
    IsInvalid(heard.status, each.field, "after the record with sequence number 1");
    EXPECT_EQ(heard.acked, 1u);
    ASSERT_EQ(heard.results.size(), 1u);
    EXPECT_EQ(heard.results[0].sequence(), 1u);
    EXPECT_EQ(heard.results[0].status_code(), 0);
  }
  ASSERT_EQ(store_.committed().size(), 1u);
  EXPECT_EQ(store_.committed()[0].key.version, 1);
  EXPECT_EQ(budget_->in_use(), 0u);
}

TEST_F(StreamBytesTest, OptionsThatAreNoneEndTheStreamBeforeTheFirstRecord) {
  Serve({.streams_per_caller = 100});  // the place of one that has ended is free a little later
  struct Case {
    std::string bytes, field;
  };
  const std::vector<Case> cases = {
      {std::string("\x0a\x02\x08\x63"), "options.results"},
      {std::string("\x0a\x02\x08\xff"), "options.results"},
      {std::string("\x0a\x04\x08\x01\x08\x02"), "options"},
      {std::string("\x0a\x02\x10\x01"), "options"},
      {std::string("\x0a\x01\x00", 3), "options"},
      {std::string("\x0a\x50") + std::string(80, '\x08'), "options"},
      {std::string("\x08\x01"), "options"},
      {RecordBytes(1), "options"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(absl::CHexEscape(each.bytes.substr(0, 12)));
    const Heard heard = HearOf({each.bytes, RecordBytes(1)});
    IsInvalid(heard.status, each.field, "before the first record");
    EXPECT_EQ(heard.acked, 0u);
  }
  EXPECT_TRUE(store_.committed().empty());
}

TEST_F(StreamBytesTest, EmptyOptionsAndAnEmptyRecordAreWhatTheSchemaSaysOfThem) {
  Serve({.streams_per_caller = 100});  // the place of one that has ended is free a little later
  const Heard heard = HearOf({std::string("\x0a\x00", 2), std::string("\x12\x00", 2)});
  EXPECT_TRUE(heard.status.ok()) << heard.status.error_message();
  EXPECT_EQ(heard.acked, 1u);
  ASSERT_EQ(heard.results.size(), 1u);
  EXPECT_EQ(heard.results[0].status_code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
}

}  // namespace
}  // namespace kgw::server
