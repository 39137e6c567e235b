#include <grpcpp/client_context.h>

#include <chrono>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/mutex.h"
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
    MutexLock lock(mutex_);
    changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) {
      return !failed_.ok() || queue_.size() < threads_.size();
    });
    if (!failed_.ok()) return failed_;
    queue_.push_back({{std::move(text), std::move(key), absl::OkStatus(), {}}, std::move(wire)});
    changed_.NotifyAll();
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    Join();
    MutexLock lock(mutex_);
    return failed_;
  }

 private:
  void Join() KGW_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      done_ = true;
      changed_.NotifyAll();
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  void Work() KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (true) {
      changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) {
        return done_ || !queue_.empty() || !failed_.ok();
      });
      if (queue_.empty() || !failed_.ok()) return;
      Pending pending = std::move(queue_.front());
      queue_.pop_front();
      changed_.NotifyAll();
      lock.Unlock();
      Call(pending);
      lock.Lock();
      if (IsFinal(pending.submitted.status)) {
        answered_(pending.submitted);
      } else {
        failed_ = pending.submitted.status;
        changed_.NotifyAll();
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

  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Pending> queue_ KGW_GUARDED_BY(mutex_);
  absl::Status failed_ KGW_GUARDED_BY(mutex_);
  bool done_ KGW_GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<Submission> UnarySubmission(const Client& client, int in_flight,
                                            absl::Duration wait, AnswerHandler answered) {
  return std::make_unique<Unary>(client, in_flight, wait, std::move(answered));
}

}  // namespace kgw::ctl
