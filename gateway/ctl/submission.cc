#include "gateway/ctl/submission.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/grpc_status.h"
#include "gateway/ctl/patience.h"
#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

struct Pending {
  Submitted submitted;
  std::string wire;
};

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

// Whether an answer ends a record's fate; on any other the record must be sent again.
bool IsFinal(const absl::Status& status) {
  return status.ok() || absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) ||
         absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status);
}

// One stream at a time: a record's sequence number is its place in it. When the gateway ends the
// stream for want of room or because it stops, another is opened after the wait it named, as long
// as there is patience, and what has no answer is sent again in order.
class Stream : public Submission {
 public:
  Stream(const Client& client, int in_flight, absl::Duration wait, AnswerHandler answered)
      : stub_(client.channel()),
        in_flight_(static_cast<size_t>(in_flight)),
        patience_(wait),
        answered_(std::move(answered)) {
    Open();
  }

  ~Stream() override {
    if (!reader_.joinable()) return;
    context_->TryCancel();
    reader_.join();
  }

  absl::Status Send(RecordText text, std::string wire, v1::RecordKey key) override {
    Pending pending{{std::move(text), std::move(key), absl::OkStatus(), {}}, std::move(wire)};
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return closed_ || unanswered_.size() < in_flight_; });
      if (!closed_) break;
      if (const absl::Status opened = OpenAgain(lock); !opened.ok()) return opened;
    }
    const std::string wire_bytes = pending.wire;
    unanswered_.emplace(++sequence_, std::move(pending));
    Write(wire_bytes, lock);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (!lost_.ok()) return lost_;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!unanswered_.empty()) {
      changed_.wait(lock, [&] { return closed_ || unanswered_.empty(); });
      if (unanswered_.empty()) break;
      if (const absl::Status opened = OpenAgain(lock); !opened.ok()) return opened;
    }
    lock.unlock();
    stream_->WritesDone();
    reader_.join();
    return FromGrpc(stream_->Finish());
  }

 private:
  void Open() {
    context_ = std::make_unique<grpc::ClientContext>();
    stream_ = stub_.SubmitStream(context_.get());
    v1::SubmitStreamRequest first;
    first.mutable_options()->set_results(v1::StreamOptions::RESULTS_ALL);
    stream_->Write(first);
    reader_ = std::thread([this] { ReadAnswers(); });
  }

  // A failed write shows as the end of the stream, which the reader sees.
  void Write(const std::string& wire, std::unique_lock<std::mutex>& lock) {
    v1::SubmitStreamRequest request;
    request.set_record(wire);
    lock.unlock();
    stream_->Write(request);
    lock.lock();
  }

  absl::Status OpenAgain(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    reader_.join();
    const absl::Status ended = FromGrpc(stream_->Finish());
    if (!patience_.IsReason(ended)) {
      lost_ = ended.ok() ? absl::UnavailableError("the stream ended before every answer") : ended;
      return lost_;
    }
    lost_ = patience_.Wait(ended);
    if (!lost_.ok()) return lost_;
    lock.lock();
    std::map<uint64_t, Pending> again;
    again.swap(unanswered_);
    closed_ = false;
    sequence_ = 0;
    for (auto& [number, pending] : again) unanswered_.emplace(++sequence_, std::move(pending));
    std::vector<std::string> wires;
    for (const auto& [number, pending] : unanswered_) wires.push_back(pending.wire);
    Open();
    for (const std::string& wire : wires) Write(wire, lock);
    return absl::OkStatus();
  }

  void ReadAnswers() {
    v1::SubmitStreamResponse message;
    while (stream_->Read(&message)) {
      for (v1::StreamResult& result : *message.mutable_results()) TakeResult(std::move(result));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  void TakeResult(v1::StreamResult result) {
    absl::Status status = StatusOf(result);
    if (!IsFinal(status)) return;
    patience_.Progressed();
    std::unique_lock<std::mutex> lock(mutex_);
    auto node = unanswered_.extract(result.sequence());
    if (node.empty()) return;
    lock.unlock();
    Submitted& submitted = node.mapped().submitted;
    submitted.status = std::move(status);
    submitted.response = std::move(*result.mutable_response());
    answered_(submitted);
    lock.lock();
    changed_.notify_all();
  }

  v1::IngestService::Stub stub_;
  const size_t in_flight_;
  Patience patience_;
  const AnswerHandler answered_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::SubmitStreamRequest, v1::SubmitStreamResponse>>
      stream_;
  std::thread reader_;
  absl::Status lost_;  // why the stream ended for good

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, Pending> unanswered_;  // by sequence
  uint64_t sequence_ = 0;
  bool closed_ = false;  // the stream has ended
};

// Single calls from as many threads as may be unanswered.
class Unary : public Submission {
 public:
  Unary(const Client& client, int in_flight, absl::Duration wait, AnswerHandler answered)
      : stub_(client.channel()), patience_(wait), answered_(std::move(answered)) {
    for (int i = 0; i < in_flight; ++i) threads_.emplace_back([this] { Work(); });
  }

  ~Unary() override { Join(); }

  absl::Status Send(RecordText text, std::string wire, v1::RecordKey key) override {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return !failed_.ok() || queue_.size() < threads_.size(); });
    if (!failed_.ok()) return failed_;
    queue_.push_back({{std::move(text), std::move(key), absl::OkStatus(), {}}, std::move(wire)});
    changed_.notify_all();
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    Join();
    return failed_;
  }

 private:
  void Join() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
      changed_.notify_all();
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return done_ || !queue_.empty() || !failed_.ok(); });
      if (queue_.empty() || !failed_.ok()) return;
      Pending pending = std::move(queue_.front());
      queue_.pop_front();
      changed_.notify_all();
      lock.unlock();
      Call(pending);
      lock.lock();
      if (IsFinal(pending.submitted.status)) {
        answered_(pending.submitted);
      } else {
        failed_ = pending.submitted.status;
        changed_.notify_all();
      }
    }
  }

  void Call(Pending& pending) {
    kap::v1::Record record;
    if (!record.ParseFromString(pending.wire)) {
      pending.submitted.status = absl::InvalidArgumentError("not a record");
      return;
    }
    absl::Status waited;
    while (waited.ok()) {
      grpc::ClientContext context;
      absl::Status& status = pending.submitted.status;
      status = FromGrpc(stub_.Submit(&context, record, &pending.submitted.response));
      if (IsFinal(status)) patience_.Progressed();
      if (!patience_.IsReason(status)) return;
      waited = patience_.Wait(status);
    }
    pending.submitted.status = waited;
  }

  v1::IngestService::Stub stub_;
  Patience patience_;
  const AnswerHandler answered_;
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> queue_;
  absl::Status failed_;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Submission> StreamSubmission(const Client& client, int in_flight,
                                             absl::Duration wait, AnswerHandler answered) {
  return std::make_unique<Stream>(client, in_flight, wait, std::move(answered));
}

std::unique_ptr<Submission> UnarySubmission(const Client& client, int in_flight,
                                            absl::Duration wait, AnswerHandler answered) {
  return std::make_unique<Unary>(client, in_flight, wait, std::move(answered));
}

}  // namespace kgw::ctl
