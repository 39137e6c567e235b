#include "gateway/intake/record_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/strings.h"

namespace kgw::intake {
namespace {

// Most results in one answer, so that it stays far below what a client takes.
constexpr size_t kMostResults = 64;

constexpr absl::Duration kDrainDelay = absl::Seconds(5);

bool IsPlain(const absl::StatusOr<Answer>& answer) {
  return answer.ok() && answer->result.state == store::RecordState::kMapped &&
         (answer->result.issues_json.empty() || answer->result.issues_json == "[]") &&
         (answer->result.signals_json.empty() || answer->result.signals_json == "[]");
}

}  // namespace

RecordStream::RecordStream(const Parts& parts, StreamWire& wire, std::string caller,
                           const Limits& limits)
    : parts_(parts),
      wire_(wire),
      caller_(std::move(caller)),
      limits_(limits),
      order_(std::make_shared<CommitOrder>()) {}

void RecordStream::Start() {
  MutexLock lock(mutex_);
  ReadMore();
}

void RecordStream::OnRead(std::optional<StreamInput> input) {
  std::optional<std::string> record;
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (!input.has_value()) {
      half_closed_ = true;
    } else if (!end_.has_value()) {
      record = TakeRecord(*std::move(input));
    }
    if (!record.has_value()) {
      ReadMore();
      return MaybeFinish();
    }
    admitting_ = true;
  }
  Admit(*std::move(record));
}

void RecordStream::OnWritten(bool ok) {
  MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) deaf_ = true;
  WriteMore();
  ReadMore();
  MaybeFinish();
}

void RecordStream::OnCancel() {
  cancelled_.store(true);
  MutexLock lock(mutex_);
  End(absl::CancelledError("the caller has gone"));
  MaybeFinish();
}

void RecordStream::Drain() {
  MutexLock lock(mutex_);
  End(RetryLater(absl::StatusCode::kUnavailable,
                 "the gateway is stopping: open a new stream after the delay and go on after "
                 "acked_through",
                 kDrainDelay));
  MaybeFinish();
}

void RecordStream::Settle() { MutexLock lock(mutex_); }

void RecordStream::End(absl::Status status) {
  if (!end_.has_value()) end_ = std::move(status);
}

void RecordStream::EndAtMessage(FieldViolation wrong) {
  wrong.description += received_ == 0
                           ? "; it came before the first record"
                           : StrCat("; it came after the record with sequence number ", received_);
  End(InvalidFields({std::move(wrong)}));
}

// What was read as a record; none where it was the options, or ends the stream.
std::optional<std::string> RecordStream::TakeRecord(StreamInput input) {
  const bool first = !std::exchange(opened_, true);
  if (input.wrong.has_value()) {
    EndAtMessage(*std::move(input.wrong));
  } else if (first && !input.options.has_value()) {
    EndAtMessage({"options", "must be the first message of a stream"});
  } else if (first) {
    exceptions_only_ = input.options->exceptions_only;
  } else if (!input.record.has_value()) {
    EndAtMessage({"record", "every message after the first must be a record"});
  } else {
    return std::move(input.record);
  }
  return std::nullopt;
}

void RecordStream::ReadMore() {
  const bool room = unanswered_ + results_.size() < limits_.window;
  if (reading_ || admitting_ || finished_ || Ending() || !room) return;
  reading_ = true;
  wire_.Read();
}

void RecordStream::WriteMore() {
  if (writing_ || deaf_ || finished_ || (results_.empty() && told_ == acked_)) return;
  StreamAnswer answer;
  answer.acked_through = acked_;
  told_ = acked_;
  const auto end =
      results_.begin() + static_cast<ptrdiff_t>(std::min(results_.size(), kMostResults));
  answer.results.assign(std::make_move_iterator(results_.begin()), std::make_move_iterator(end));
  results_.erase(results_.begin(), end);
  writing_ = true;
  wire_.Write(std::move(answer));
}

void RecordStream::MaybeFinish() {
  const bool told_all = deaf_ || cancelled_.load() || (results_.empty() && told_ == acked_);
  if (finished_ || !Ending() || admitting_ || unanswered_ > 0 || writing_ || !told_all) return;
  finished_ = true;
  wire_.Finish(end_.value_or(absl::OkStatus()));
}

void RecordStream::Admit(std::string record) {
  auto shared = std::make_shared<std::string>(std::move(record));
  const size_t size = shared->size();
  const bool fits =
      parts_.budget.TakeWhenFree(caller_, size, [this, shared](AdmissionBudget::Ticket ticket) {
        Submit(std::move(*shared), std::move(ticket));
      });
  if (!fits) EndTooLarge(size);
}

// Larger than all the room there is: nothing may be taken in beside the accounting.
void RecordStream::EndTooLarge(size_t size) {
  MutexLock lock(mutex_);
  End(InvalidFields(
      {{"record", StrCat("has ", size, " bytes; limits.admission_bytes has no room for it")}}));
  admitting_ = false;
  MaybeFinish();
}

void RecordStream::Submit(std::string record, AdmissionBudget::Ticket ticket) {
  Submission submission;
  submission.bytes = std::move(record);
  submission.ticket = std::move(ticket);
  submission.caller = caller_;
  submission.deadline = limits_.deadline;
  submission.cancelled = [this] { return cancelled_.load(); };
  submission.order = order_;
  {
    MutexLock lock(mutex_);
    submission.sequence = ++received_;
    ++unanswered_;
  }
  submission.done = [this, sequence = submission.sequence](absl::StatusOr<Answer> answer) {
    OnAnswered(sequence, std::move(answer));
  };
  parts_.intake.Submit(std::move(submission));
  MutexLock lock(mutex_);
  admitting_ = false;
  ReadMore();
  MaybeFinish();
}

void RecordStream::OnAnswered(uint64_t sequence, absl::StatusOr<Answer> answer) {
  MutexLock lock(mutex_);
  --unanswered_;
  TakeAnswer(sequence, std::move(answer));
  WriteMore();
  ReadMore();
  MaybeFinish();
}

void RecordStream::TakeAnswer(uint64_t sequence, absl::StatusOr<Answer> answer) {
  bool tell = !exceptions_only_ || !IsPlain(answer);
  if (IsFinal(answer.status())) {
    final_.insert(sequence);
    while (!final_.empty() && *final_.begin() == acked_ + 1) {
      final_.erase(final_.begin());
      ++acked_;
    }
  } else {
    // The first of these says why the stream ends; those behind it only follow.
    if (end_.has_value()) tell = false;
    End(answer.status());
  }
  if (tell) results_.push_back({sequence, std::move(answer)});
}

}  // namespace kgw::intake
