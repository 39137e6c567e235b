#include "gateway/server/submit_stream.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/base/violation.h"
#include "gateway/intake/record_stream.h"
#include "gateway/server/byte_buffer.h"
#include "gateway/server/caller_of.h"
#include "gateway/server/messages.h"
#include "gateway/server/status_details.h"
#include "gateway/server/stream_message.h"

namespace kgw::server {
namespace {

void FillResult(const intake::StreamResult& result, pb::StreamResult* out) {
  out->set_sequence(result.sequence);
  if (result.answer.ok()) return FillAnswer(*result.answer, out->mutable_response());
  const absl::Status& status = result.answer.status();
  out->set_status_code(static_cast<int>(status.code()));
  out->set_status_message(std::string(status.message()));
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    pb::Issue* issue = out->add_violations();
    issue->set_severity("error");
    issue->set_code("invalid");
    issue->set_expression(violation.field);
    issue->set_text(violation.description);
  }
  out->set_retry_after_ms(absl::ToInt64Milliseconds(RetryDelayOf(status)));
}

// A stream that was never served.
class RefusedStream final : public SubmitStreamReactor {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

// gRPC's side of a RecordStream; gRPC owns it.
class ServedStream final : public SubmitStreamReactor, public intake::StreamWire {
 public:
  ServedStream(const StreamParts& parts, std::string caller,
               const intake::RecordStream::Limits& limits)
      : registry_(parts.registry),
        stream_({parts.budget, parts.intake}, *this, std::move(caller), limits) {}

  intake::RecordStream& stream() { return stream_; }

  void Read() override { StartRead(&request_); }
  void Write(intake::StreamAnswer answer) override {
    pb::SubmitStreamResponse response;
    response.set_acked_through(answer.acked_through);
    for (const intake::StreamResult& result : answer.results) {
      FillResult(result, response.add_results());
    }
    response_ = BufferOf(response);
    StartWrite(&response_);
  }
  void Finish(absl::Status status) override { SubmitStreamReactor::Finish(ToGrpc(status)); }

  void OnReadDone(bool ok) override {
    // While a read is under way nobody else touches its buffer.
    stream_.OnRead(ok ? std::optional(ReadStreamMessage(&request_)) : std::nullopt);
  }
  void OnWriteDone(bool ok) override { stream_.OnWritten(ok); }
  void OnCancel() override { stream_.OnCancel(); }
  void OnDone() override {
    stream_.Settle();
    registry_.Leave(stream_.caller(), &stream_);
    delete this;
  }

 private:
  intake::StreamRegistry& registry_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  intake::RecordStream stream_;
};

}  // namespace

SubmitStreamReactor* ServeSubmitStream(const StreamParts& parts,
                                       grpc::CallbackServerContext* context) {
  const std::shared_ptr<const intake::Rules> rules = parts.rules.Get();
  absl::StatusOr<std::string> caller = CallerOf(*context, *rules->access);
  if (!caller.ok()) return new RefusedStream(caller.status());
  absl::Status allowed = rules->access->CheckGrant(*caller, access::Grant::kSubmit);
  if (!allowed.ok()) return new RefusedStream(allowed);
  const intake::RecordStream::Limits limits = {.deadline = DeadlineOf(*context),
                                               .window = rules->stream_window};
  auto served = std::make_unique<ServedStream>(parts, *caller, limits);
  absl::Status entered =
      parts.registry.Enter(*caller, rules->streams_per_caller, &served->stream());
  if (!entered.ok()) return new RefusedStream(entered);
  served->stream().Start();
  return served.release();
}

}  // namespace kgw::server
