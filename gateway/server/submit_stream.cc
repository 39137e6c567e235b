#include "gateway/server/submit_stream.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/server/byte_buffer.h"
#include "gateway/server/caller_of.h"
#include "gateway/server/messages.h"
#include "gateway/server/status_details.h"
#include "gateway/server/stream_message.h"

namespace kgw::server {
namespace {

// Most results in one answer, so that it stays far below what a client takes.
constexpr int kMostResults = 64;

bool IsPlain(const absl::StatusOr<intake::Answer>& answer) {
  return answer.ok() && answer->result.state == store::RecordState::kMapped &&
         (answer->result.issues_json.empty() || answer->result.issues_json == "[]") &&
         (answer->result.signals_json.empty() || answer->result.signals_json == "[]");
}

pb::StreamResult ResultOf(uint64_t sequence, const absl::StatusOr<intake::Answer>& answer) {
  pb::StreamResult result;
  result.set_sequence(sequence);
  if (answer.ok()) {
    FillAnswer(*answer, result.mutable_response());
    return result;
  }
  const absl::Status& status = answer.status();
  result.set_status_code(static_cast<int>(status.code()));
  result.set_status_message(std::string(status.message()));
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    pb::Issue* issue = result.add_violations();
    issue->set_severity("error");
    issue->set_code("invalid");
    issue->set_expression(violation.field);
    issue->set_text(violation.description);
  }
  result.set_retry_after_ms(absl::ToInt64Milliseconds(RetryDelayOf(status)));
  return result;
}

// A stream that was never served.
class RefusedStream final : public SubmitStreamReactor {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

class ServedStream final : public SubmitStreamReactor, public intake::DrainableStream {
 public:
  ServedStream(const StreamParts& parts, std::string caller, absl::Time deadline, uint32_t window)
      : parts_(parts),
        caller_(std::move(caller)),
        deadline_(deadline),
        window_(window),
        order_(std::make_shared<intake::CommitOrder>()) {}

  const std::string& caller() const { return caller_; }

  void Start() {
    std::lock_guard lock(mutex_);
    ReadMore();
  }

  void OnReadDone(bool ok) override {
    std::optional<std::string> record;
    // While a read is under way nobody else touches its buffer.
    StreamMessage message;
    if (ok) message = ReadStreamMessage(&request_);
    {
      std::lock_guard lock(mutex_);
      reading_ = false;
      if (!ok) {
        half_closed_ = true;
      } else if (!end_.has_value()) {
        record = TakeRecord(std::move(message));
      }
      if (!record.has_value()) {
        ReadMore();
        return MaybeFinish();
      }
      admitting_ = true;
    }
    Admit(*std::move(record));
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) deaf_ = true;
    WriteMore();
    ReadMore();
    MaybeFinish();
  }

  void OnCancel() override {
    cancelled_.store(true);
    std::lock_guard lock(mutex_);
    End(absl::CancelledError("the caller has gone"));
    MaybeFinish();
  }

  void OnDone() override {
    // Whoever called Finish may still hold the mutex.
    { std::lock_guard lock(mutex_); }
    parts_.registry.Leave(caller_, this);
    delete this;
  }

  void Drain() override {
    std::lock_guard lock(mutex_);
    End(RetryLater(absl::StatusCode::kUnavailable,
                   "the gateway is stopping: open a new stream after the delay and go on after "
                   "acked_through",
                   absl::Seconds(5)));
    MaybeFinish();
  }

 private:
  // The rest until Admit: with the mutex held.

  void End(absl::Status status) {
    if (!end_.has_value()) end_ = std::move(status);
  }

  void EndAtMessage(std::string field, std::string why) {
    why += received_ == 0 ? "; it came before the first record"
                          : StrCat("; it came after the record with sequence number ", received_);
    End(InvalidFields({{std::move(field), std::move(why)}}));
  }

  // What was read as a record; none where it was the options, or ends the stream.
  std::optional<std::string> TakeRecord(StreamMessage message) {
    const bool first = !std::exchange(opened_, true);
    if (message.wrong.has_value()) {
      EndAtMessage(std::move(message.wrong->field), std::move(message.wrong->description));
    } else if (first && !message.options.has_value()) {
      EndAtMessage("options", "must be the first message of a stream");
    } else if (first) {
      exceptions_only_ = *message.options == pb::StreamOptions::RESULTS_EXCEPTIONS;
    } else if (!message.record.has_value()) {
      EndAtMessage("record", "every message after the first must be a record");
    } else {
      return std::move(message.record);
    }
    return std::nullopt;
  }

  bool Ending() const { return half_closed_ || end_.has_value(); }

  void ReadMore() {
    const bool room = unanswered_ + results_.size() < window_;
    if (reading_ || admitting_ || finished_ || Ending() || !room) return;
    reading_ = true;
    StartRead(&request_);
  }

  void WriteMore() {
    if (writing_ || deaf_ || finished_ || (results_.empty() && told_ == acked_)) return;
    pb::SubmitStreamResponse response;
    response.set_acked_through(acked_);
    told_ = acked_;
    const size_t count = std::min<size_t>(results_.size(), kMostResults);
    for (size_t i = 0; i < count; ++i) *response.add_results() = std::move(results_[i]);
    results_.erase(results_.begin(), results_.begin() + static_cast<ptrdiff_t>(count));
    response_ = BufferOf(response);
    writing_ = true;
    StartWrite(&response_);
  }

  void MaybeFinish() {
    const bool told_all = deaf_ || cancelled_.load() || (results_.empty() && told_ == acked_);
    if (finished_ || !Ending() || admitting_ || unanswered_ > 0 || writing_ || !told_all) return;
    finished_ = true;
    Finish(end_.has_value() ? ToGrpc(*end_) : grpc::Status::OK);
  }

  void Admit(std::string record) {
    auto shared = std::make_shared<std::string>(std::move(record));
    const size_t size = shared->size();
    const bool fits = parts_.budget.TakeWhenFree(
        caller_, size, [this, shared](intake::AdmissionBudget::Ticket ticket) {
          Submit(std::move(*shared), std::move(ticket));
        });
    if (!fits) EndTooLarge(size);
  }

  // Larger than all the room there is: nothing may be taken in beside the accounting.
  void EndTooLarge(size_t size) {
    std::lock_guard lock(mutex_);
    End(InvalidFields(
        {{"record", StrCat("has ", size, " bytes; limits.admission_bytes has no room for it")}}));
    admitting_ = false;
    MaybeFinish();
  }

  void Submit(std::string record, intake::AdmissionBudget::Ticket ticket) {
    intake::Submission submission;
    submission.bytes = std::move(record);
    submission.ticket = std::move(ticket);
    submission.caller = caller_;
    submission.deadline = deadline_;
    submission.cancelled = [this] { return cancelled_.load(); };
    submission.order = order_;
    {
      std::lock_guard lock(mutex_);
      submission.sequence = ++received_;
      ++unanswered_;
    }
    submission.done = [this, sequence = submission.sequence](
                          absl::StatusOr<intake::Answer> answer) { OnAnswered(sequence, answer); };
    parts_.intake.Submit(std::move(submission));
    std::lock_guard lock(mutex_);
    admitting_ = false;
    ReadMore();
    MaybeFinish();
  }

  void OnAnswered(uint64_t sequence, const absl::StatusOr<intake::Answer>& answer) {
    const bool tell = !exceptions_only_ || !IsPlain(answer);
    std::optional<pb::StreamResult> result;
    if (tell) result = ResultOf(sequence, answer);
    std::lock_guard lock(mutex_);
    --unanswered_;
    if (intake::IsFinal(answer.status())) {
      final_.insert(sequence);
      while (!final_.empty() && *final_.begin() == acked_ + 1) {
        final_.erase(final_.begin());
        ++acked_;
      }
    } else {
      // The first of these says why the stream ends; those behind it only follow.
      if (end_.has_value()) result.reset();
      End(answer.status());
    }
    if (result.has_value()) results_.push_back(*std::move(result));
    WriteMore();
    ReadMore();
    MaybeFinish();
  }

  const StreamParts parts_;
  const std::string caller_;
  const absl::Time deadline_;
  const size_t window_;
  const std::shared_ptr<intake::CommitOrder> order_;
  std::atomic<bool> cancelled_{false};

  std::mutex mutex_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  bool opened_ = false;
  bool exceptions_only_ = false;  // set before the first record, read only after
  bool reading_ = false;
  bool admitting_ = false;  // a record has been read and waits for room
  bool writing_ = false;
  bool half_closed_ = false;
  bool deaf_ = false;  // the caller takes no more answers
  bool finished_ = false;
  std::optional<absl::Status> end_;
  uint64_t received_ = 0;
  uint64_t acked_ = 0;
  uint64_t told_ = 0;
  size_t unanswered_ = 0;
  std::set<uint64_t> final_;  // beyond acked_
  std::vector<pb::StreamResult> results_;
};

}  // namespace

SubmitStreamReactor* ServeSubmitStream(const StreamParts& parts,
                                       grpc::CallbackServerContext* context) {
  const std::shared_ptr<const intake::Rules> rules = parts.rules.Get();
  absl::StatusOr<std::string> caller = CallerOf(*context, *rules->access);
  if (!caller.ok()) return new RefusedStream(caller.status());
  absl::Status allowed = rules->access->CheckGrant(*caller, access::Grant::kSubmit);
  if (!allowed.ok()) return new RefusedStream(allowed);
  auto stream =
      std::make_unique<ServedStream>(parts, *caller, DeadlineOf(*context), rules->stream_window);
  absl::Status entered = parts.registry.Enter(*caller, rules->streams_per_caller, stream.get());
  if (!entered.ok()) return new RefusedStream(entered);
  stream->Start();
  return stream.release();
}

}  // namespace kgw::server
