#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/exit_code.h"
#include "gateway/ctl/grpc_status.h"
#include "gateway/ctl/patience.h"
#include "gateway/ctl/submission.h"
#include "gateway/ctl/submission_parts.h"
#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

absl::Status StatusOf(const v1::StreamResult& result) {
  const auto code = static_cast<absl::StatusCode>(result.status_code());
  if (code == absl::StatusCode::kOk) return absl::OkStatus();
  if (result.violations().empty()) return absl::Status(code, result.status_message());
  std::vector<FieldViolation> violations;
  for (const v1::Issue& issue : result.violations()) {
    violations.push_back({issue.expression(), issue.text()});
  }
  return InvalidFields(violations);
}

// A record's bytes and what the stream puts round them.
size_t MessageSize(const Pending& pending) {
  const size_t size = pending.wire.size();
  return 1 + google::protobuf::io::CodedOutputStream::VarintSize64(size) + size;
}

// One stream at a time: a record's sequence number is its place in it. When the gateway ends the
// stream for want of room or because it stops, another is opened after the wait it named, as long
// as there is patience, and what has no answer is sent again in order. When the gateway ends it
// because a message is too large, that record is answered here and the others are sent again.
class Stream : public Submission {
 public:
  Stream(const Client& client, int in_flight, absl::Duration wait, AnswerHandler answered)
      : stub_(client.channel()),
        in_flight_(static_cast<size_t>(in_flight)),
        timeout_(absl::Seconds(client.timeout_seconds())),
        patience_(wait),
        answered_(std::move(answered)) {
    Open();
    watcher_ = std::thread([this] { Watch(); });
  }

  ~Stream() override {
    {
      MutexLock lock(mutex_);
      done_ = true;
      ending_.NotifyAll();
    }
    watcher_.join();
    if (!reader_.joinable()) return;
    context_->TryCancel();
    reader_.join();
  }

  absl::Status Send(RecordText text, std::string wire, v1::RecordKey key) override {
    Pending pending{{std::move(text), std::move(key), absl::OkStatus(), {}}, std::move(wire)};
    MutexLock lock(mutex_);
    while (true) {
      changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) {
        return closed_ || unanswered_.size() < in_flight_;
      });
      if (!closed_) break;
      if (const absl::Status opened = OpenAgain(); !opened.ok()) return opened;
    }
    if (largest_ != 0 && MessageSize(pending) > largest_) {
      lock.Unlock();
      Answer(pending.submitted, TooLarge(pending.wire.size(), largest_));
      return absl::OkStatus();
    }
    if (unanswered_.empty()) since_ = absl::Now();
    const std::string wire_bytes = pending.wire;
    unanswered_.emplace(++sequence_, std::move(pending));
    Write(wire_bytes);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (!lost_.ok()) return lost_;
    MutexLock lock(mutex_);
    while (!unanswered_.empty()) {
      changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) { return closed_ || unanswered_.empty(); });
      if (unanswered_.empty()) break;
      if (const absl::Status opened = OpenAgain(); !opened.ok()) return opened;
    }
    lock.Unlock();
    stream_->WritesDone();
    reader_.join();
    return FromGrpc(stream_->Finish());
  }

 private:
  void Open() KGW_REQUIRES(mutex_) {
    context_ = std::make_unique<grpc::ClientContext>();
    stream_ = stub_.SubmitStream(context_.get());
    v1::SubmitStreamRequest first;
    first.mutable_options()->set_results(v1::StreamOptions::RESULTS_ALL);
    since_ = absl::Now();
    stream_->Write(first);
    reader_ = std::thread([this] { ReadAnswers(); });
  }

  // A failed write shows as the end of the stream, which the reader sees.
  void Write(const std::string& wire) KGW_REQUIRES(mutex_) {
    v1::SubmitStreamRequest request;
    request.set_record(wire);
    MutexUnlock unlocked(mutex_);
    stream_->Write(request);
  }

  absl::Status OpenAgain() KGW_REQUIRES(mutex_) {
    absl::Status ended;
    {
      MutexUnlock unlocked(mutex_);
      reader_.join();
      ended = FromGrpc(stream_->Finish());
    }
    if (!LeaveOutTooLarge(ended)) {
      const bool late = late_;
      MutexUnlock unlocked(mutex_);
      lost_ = WhetherToGoOn(ended, late);
      if (!lost_.ok()) return lost_;
    }
    std::map<uint64_t, Pending> again;
    again.swap(unanswered_);
    closed_ = false;
    sequence_ = 0;
    for (auto& [number, pending] : again) unanswered_.emplace(++sequence_, std::move(pending));
    std::vector<std::string> wires;
    for (const auto& [number, pending] : unanswered_) wires.push_back(pending.wire);
    Open();
    for (const std::string& wire : wires) Write(wire);
    return absl::OkStatus();
  }

  // OK after the wait the gateway named, else why the stream has ended for good.
  absl::Status WhetherToGoOn(const absl::Status& ended, bool late) KGW_EXCLUDES(mutex_) {
    if (late) {
      return absl::DeadlineExceededError(
          StrCat("no answer for ", absl::ToInt64Seconds(timeout_), " s (--timeout)"));
    }
    if (patience_.IsReason(ended)) return patience_.Wait(ended);
    return ended.ok() ? absl::UnavailableError("the stream ended before every answer") : ended;
  }

  // Whether the stream ended for records that are too large, which have their answer now.
  bool LeaveOutTooLarge(const absl::Status& ended) KGW_REQUIRES(mutex_) {
    if (!IsTooLarge(ended) || unanswered_.empty()) return false;
    largest_ = LargestMessage(ended);
    const auto size = [](const auto& one) { return MessageSize(one.second); };
    const auto most =
        std::max_element(unanswered_.begin(), unanswered_.end(),
                         [&](const auto& a, const auto& b) { return size(a) < size(b); });
    // Without a limit that fits, the largest is the one.
    const size_t allowed = largest_ != 0 && size(*most) > largest_ ? largest_ : size(*most) - 1;
    for (auto each = unanswered_.begin(); each != unanswered_.end();) {
      Pending& pending = each->second;
      if (MessageSize(pending) <= allowed) {
        ++each;
        continue;
      }
      Answer(pending.submitted, TooLarge(pending.wire.size(), largest_));
      each = unanswered_.erase(each);
    }
    return true;
  }

  // Ends a stream that goes without an answer for too long, wherever the others wait.
  void Watch() KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (!ending_.WaitFor(lock, std::chrono::milliseconds(100),
                            [this]() KGW_REQUIRES(mutex_) { return done_; })) {
      const bool waits = !closed_ && !handing_on_ && !unanswered_.empty();
      if (!waits || late_ || absl::Now() - since_ < timeout_) continue;
      late_ = true;
      context_->TryCancel();
    }
  }

  void ReadAnswers() KGW_EXCLUDES(mutex_) {
    v1::SubmitStreamResponse message;
    while (stream_->Read(&message)) {
      for (v1::StreamResult& result : *message.mutable_results()) TakeResult(std::move(result));
    }
    MutexLock lock(mutex_);
    closed_ = true;
    changed_.NotifyAll();
  }

  void TakeResult(v1::StreamResult result) KGW_EXCLUDES(mutex_) {
    absl::Status status = StatusOf(result);
    if (!IsFinal(status)) return;
    patience_.Progressed();
    MutexLock lock(mutex_);
    auto node = unanswered_.extract(result.sequence());
    if (node.empty()) return;
    // Whoever reads what we print may take their time.
    handing_on_ = true;
    lock.Unlock();
    Submitted& submitted = node.mapped().submitted;
    submitted.response = std::move(*result.mutable_response());
    Answer(submitted, std::move(status));
    lock.Lock();
    handing_on_ = false;
    since_ = absl::Now();
    changed_.NotifyAll();
  }

  void Answer(Submitted& submitted, absl::Status status) KGW_EXCLUDES(answering_) {
    submitted.status = std::move(status);
    MutexLock one_at_a_time(answering_);
    answered_(submitted);
  }

  v1::IngestService::Stub stub_;
  const size_t in_flight_;
  const absl::Duration timeout_;
  Patience patience_;
  Mutex answering_;
  const AnswerHandler answered_ KGW_GUARDED_BY(answering_);
  std::unique_ptr<grpc::ClientReaderWriter<v1::SubmitStreamRequest, v1::SubmitStreamResponse>>
      stream_;
  std::thread reader_;
  std::thread watcher_;
  // The sender's thread alone:
  size_t largest_ = 0;  // message the gateway takes, once it has said so
  absl::Status lost_;   // why the stream ended for good

  Mutex mutex_;
  ConditionVariable changed_;
  ConditionVariable ending_;
  std::unique_ptr<grpc::ClientContext> context_ KGW_GUARDED_BY(mutex_);
  std::map<uint64_t, Pending> unanswered_ KGW_GUARDED_BY(mutex_);  // by sequence
  uint64_t sequence_ KGW_GUARDED_BY(mutex_) = 0;
  bool closed_ KGW_GUARDED_BY(mutex_) = false;  // the stream has ended
  bool late_ KGW_GUARDED_BY(mutex_) = false;    // for want of an answer
  bool handing_on_ KGW_GUARDED_BY(mutex_) = false;
  bool done_ KGW_GUARDED_BY(mutex_) = false;
  // The last answer, or the first record that waits for one.
  absl::Time since_ KGW_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Submission> StreamSubmission(const Client& client, int in_flight,
                                             absl::Duration wait, AnswerHandler answered) {
  return std::make_unique<Stream>(client, in_flight, wait, std::move(answered));
}

}  // namespace kgw::ctl
