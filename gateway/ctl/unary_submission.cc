#include <grpcpp/client_context.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/ctl/exit_code.h"
#include "gateway/ctl/grpc_status.h"
#include "gateway/ctl/patience.h"
#include "gateway/ctl/submission.h"
#include "gateway/ctl/submission_parts.h"
#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw::ctl {
namespace {

// Single calls from as many threads as may be unanswered.
class Unary : public Submission {
 public:
  Unary(const Client& client, int in_flight, absl::Duration wait, AnswerHandler answered)
      : stub_(client.channel()),
        timeout_(client.timeout_seconds()),
        patience_(wait),
        answered_(std::move(answered)) {
    for (int i = 0; i < in_flight; ++i) threads_.emplace_back([this] { Work(); });
  }

  ~Unary() override { Join(); }

  absl::Status Send(RecordText text, std::string wire, gateway::v1::RecordKey key) override {
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
      context.set_deadline(std::chrono::system_clock::now() + timeout_);
      absl::Status& status = pending.submitted.status;
      status = FromGrpc(stub_.Submit(&context, record, &pending.submitted.response));
      if (IsTooLarge(status)) status = TooLarge(pending.wire.size(), LargestMessage(status));
      if (IsFinal(status)) patience_.Progressed();
      if (!patience_.IsReason(status)) return;
      waited = patience_.Wait(status);
    }
    pending.submitted.status = waited;
  }

  gateway::v1::IngestService::Stub stub_;
  const std::chrono::seconds timeout_;
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

std::unique_ptr<Submission> UnarySubmission(const Client& client, int in_flight,
                                            absl::Duration wait, AnswerHandler answered) {
  return std::make_unique<Unary>(client, in_flight, wait, std::move(answered));
}

}  // namespace kgw::ctl
