#include "gateway/ctl/submission.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/grpc_status.h"
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
  if (result.retry_after_ms() > 0) {
    return RetryLater(code, result.status_message(), absl::Milliseconds(result.retry_after_ms()));
  }
  if (result.violations().empty()) return absl::Status(code, result.status_message());
  std::vector<FieldViolation> violations;
  for (const v1::Issue& issue : result.violations()) {
    violations.push_back({issue.expression(), issue.text()});
  }
  return InvalidFields(violations);
}

// One stream: a record's sequence number is its place in it. What must be sent again goes out under
// a new number, after the wait it was told.
class Stream : public Submission {
 public:
  Stream(const Client& client, int in_flight, AnswerHandler answered)
      : stub_(client.channel()), in_flight_(in_flight), answered_(std::move(answered)) {
    stream_ = stub_.SubmitStream(&context_);
    v1::SubmitStreamRequest first;
    first.mutable_options()->set_results(v1::StreamOptions::RESULTS_ALL);
    stream_->Write(first);
    reader_ = std::thread([this] { ReadAnswers(); });
  }

  ~Stream() override {
    if (!reader_.joinable()) return;
    context_.TryCancel();
    reader_.join();
  }

  absl::Status Send(RecordText text, std::string wire, v1::RecordKey key) override {
    Pending pending{{std::move(text), std::move(key), absl::OkStatus(), {}}, std::move(wire)};
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || unanswered() < in_flight_; });
    return Write(std::move(pending), lock);
  }

  absl::Status Finish() override {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!closed_ && unanswered() > 0) {
      if (again_.empty()) {
        changed_.wait(lock);
        continue;
      }
      Pending pending = std::move(again_.front());
      again_.pop_front();
      lock.unlock();
      absl::SleepFor(RetryDelayOf(pending.submitted.status));
      lock.lock();
      if (const absl::Status sent = Write(std::move(pending), lock); !sent.ok()) break;
    }
    const bool lost = closed_ && unanswered() > 0;
    lock.unlock();
    stream_->WritesDone();
    reader_.join();
    const absl::Status ended = FromGrpc(stream_->Finish());
    if (lost && ended.ok()) return absl::UnavailableError("the stream ended before every answer");
    return ended;
  }

 private:
  int unanswered() const { return static_cast<int>(sent_.size() + again_.size()); }

  // One writer at a time: Send and Finish are called by one thread.
  absl::Status Write(Pending pending, std::unique_lock<std::mutex>& lock) {
    if (closed_) return absl::UnavailableError("the gateway closed the stream");
    v1::SubmitStreamRequest request;
    request.set_record(pending.wire);
    sent_.emplace(++sequence_, std::move(pending));
    lock.unlock();
    const bool written = stream_->Write(request);
    lock.lock();
    return written ? absl::OkStatus() : absl::UnavailableError("the gateway closed the stream");
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
    std::unique_lock<std::mutex> lock(mutex_);
    auto node = sent_.extract(result.sequence());
    if (node.empty()) return;
    Pending pending = std::move(node.mapped());
    pending.submitted.status = StatusOf(result);
    pending.submitted.response = std::move(*result.mutable_response());
    if (RetryDelayOf(pending.submitted.status) > absl::ZeroDuration()) {
      again_.push_back(std::move(pending));
    } else {
      lock.unlock();
      answered_(pending.submitted);
      lock.lock();
    }
    changed_.notify_all();
  }

  v1::IngestService::Stub stub_;
  grpc::ClientContext context_;
  const int in_flight_;
  const AnswerHandler answered_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::SubmitStreamRequest, v1::SubmitStreamResponse>>
      stream_;
  std::thread reader_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, Pending> sent_;  // unanswered, by sequence
  std::deque<Pending> again_;         // to be sent again
  uint64_t sequence_ = 0;
  bool closed_ = false;
};

// Single calls from as many threads as may be unanswered.
class Unary : public Submission {
 public:
  Unary(const Client& client, int in_flight, AnswerHandler answered)
      : stub_(client.channel()), answered_(std::move(answered)) {
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
      if (absl::IsUnavailable(pending.submitted.status)) {
        failed_ = pending.submitted.status;
        changed_.notify_all();
      } else {
        answered_(pending.submitted);
      }
    }
  }

  void Call(Pending& pending) {
    kap::v1::Record record;
    if (!record.ParseFromString(pending.wire)) {
      pending.submitted.status = absl::InvalidArgumentError("not a record");
      return;
    }
    while (true) {
      grpc::ClientContext context;
      pending.submitted.status =
          FromGrpc(stub_.Submit(&context, record, &pending.submitted.response));
      if (!absl::IsResourceExhausted(pending.submitted.status)) return;
      const absl::Duration delay = RetryDelayOf(pending.submitted.status);
      if (delay <= absl::ZeroDuration()) return;
      absl::SleepFor(delay);
    }
  }

  v1::IngestService::Stub stub_;
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
                                             AnswerHandler answered) {
  return std::make_unique<Stream>(client, in_flight, std::move(answered));
}

std::unique_ptr<Submission> UnarySubmission(const Client& client, int in_flight,
                                            AnswerHandler answered) {
  return std::make_unique<Unary>(client, in_flight, std::move(answered));
}

}  // namespace kgw::ctl
