#include "gateway/intake/intake.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/base/violation.h"
#include "gateway/intake/stored_form.h"
#include "gateway/intake/timed_mapper.h"
#include "gateway/record/record.h"

namespace kgw::intake {
namespace {

constexpr absl::Duration kDrainDelay = absl::Seconds(5);

absl::Status Conflict() {
  return absl::AlreadyExistsError(
      "this version of the record is stored with other content: send changed content under a "
      "higher version");
}

absl::Status NotKept() {
  return absl::AbortedError("a record before this one in the stream was not kept");
}

}  // namespace

const char* NameOf(Stage stage) {
  switch (stage) {
    case Stage::kWait:
      return "wait";
    case Stage::kDecode:
      return "decode";
    case Stage::kMap:
      return "map";
    case Stage::kCheck:
      return "check";
    case Stage::kCommit:
      return "commit";
    case Stage::kTotal:
      return "total";
  }
  return "unknown";
}

bool IsFinal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
      return true;
    default:
      return false;
  }
}

struct Intake::Item {
  Submission submission;
  int64_t accepted_at = 0;  // monotonic
  int64_t commit_from = 0;
  absl::Time received_at;
  std::optional<record::Record> record;
  std::optional<store::NewVersion> stored;
  RecordKey key;
};

Intake::Intake(const Parts& parts, Options options) : parts_(parts), options_(options) {}

Intake::~Intake() {
  StopAccepting();
  MutexLock lock(mutex_);
  // A task may still be on its way out when the last record has been answered.
  changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) { return unanswered_ == 0 && running_ == 0; });
}

void Intake::Submit(Submission submission) {
  auto item = std::make_shared<Item>();
  item->submission = std::move(submission);
  item->accepted_at = parts_.clock.MonotonicNanos();
  item->received_at = parts_.clock.Now();
  bool accepted = false;
  bool post = false;
  {
    MutexLock lock(mutex_);
    ++unanswered_;
    accepted = accepting_;
    if (accepted) {
      queue_.push_back(item);
      post = running_ < options_.tasks;
      if (post) ++running_;
    }
  }
  if (post) parts_.executor.Post([this] { Run(); });
  if (!accepted) {
    Refuse(item, RetryLater(absl::StatusCode::kUnavailable,
                            "the gateway is stopping: send again after the delay", kDrainDelay));
  }
}

void Intake::StopAccepting() {
  MutexLock lock(mutex_);
  accepting_ = false;
}

bool Intake::WaitUntilAnswered(absl::Duration timeout) {
  MutexLock lock(mutex_);
  auto none_left = [this]() KGW_REQUIRES(mutex_) { return unanswered_ == 0; };
  if (timeout == absl::InfiniteDuration()) {
    changed_.Wait(lock, none_left);
    return true;
  }
  return changed_.WaitFor(lock, absl::ToChronoNanoseconds(timeout), none_left);
}

int64_t Intake::unanswered() const {
  MutexLock lock(mutex_);
  return unanswered_;
}

void Intake::Run() {
  {
    MutexLock lock(mutex_);
    const Batch batch = NextBatch();
    lock.Unlock();
    if (!batch.empty()) Handle(batch);
  }
  {
    MutexLock lock(mutex_);
    if (queue_.empty()) {
      --running_;
      changed_.NotifyAll();
      return;
    }
  }
  parts_.executor.Post([this] { Run(); });
}

// A fair share of what waits: one task must not take all and leave the others idle.
Intake::Batch Intake::NextBatch() {
  const size_t tasks = static_cast<size_t>(options_.tasks);
  const size_t share = std::clamp<size_t>((queue_.size() + tasks - 1) / tasks, 1,
                                          static_cast<size_t>(options_.max_batch));
  Batch batch;
  size_t bytes = 0;
  while (!queue_.empty() && batch.size() < share && bytes < options_.max_batch_bytes) {
    bytes += queue_.front()->submission.bytes.size();
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Intake::Handle(const Batch& batch) {
  const std::shared_ptr<const Rules> rules = parts_.rules.Get();
  Batch to_map;
  for (const std::shared_ptr<Item>& item : batch) {
    const int64_t start = parts_.clock.MonotonicNanos();
    parts_.observer.OnStage(Stage::kWait, absl::Nanoseconds(start - item->accepted_at));
    absl::Status prepared = Prepare(*item, *rules);
    parts_.observer.OnStage(Stage::kDecode,
                            absl::Nanoseconds(parts_.clock.MonotonicNanos() - start));
    if (!prepared.ok()) {
      Refuse(item, std::move(prepared));
    } else if (item->stored.has_value()) {
      Commit(item);
    } else {
      to_map.push_back(item);
    }
  }
  if (!to_map.empty()) MapAndCommit(to_map, *rules);
}

absl::Status Intake::Prepare(Item& item, const Rules& rules) {
  if (absl::Status gone = GoneOrLate(item); !gone.ok()) return gone;
  absl::StatusOr<record::Record> decoded =
      record::Decode(std::move(item.submission.bytes), rules.limits);
  if (!decoded.ok()) return decoded.status();
  item.key = decoded->key;
  absl::Status allowed = rules.access->Check(item.submission.caller, access::Grant::kSubmit,
                                             item.key.name.tenant, item.key.name.source);
  if (!allowed.ok()) return allowed;
  absl::StatusOr<std::optional<store::Placement>> known =
      parts_.store.FindDuplicate(item.key, decoded->content_hash);
  if (!known.ok()) return known.status();
  if (known->has_value()) {
    item.stored = StoredFormOfKnown(*std::move(decoded), rules, item.received_at);
  } else {
    item.record = *std::move(decoded);
  }
  return absl::OkStatus();
}

void Intake::MapAndCommit(const Batch& batch, const Rules& rules) {
  std::vector<pipeline::Input> inputs;
  inputs.reserve(batch.size());
  for (const std::shared_ptr<Item>& item : batch) inputs.push_back({&*item->record});
  TimedMapper::TakeThreadTime();
  const int64_t start = parts_.clock.MonotonicNanos();
  std::vector<absl::StatusOr<pipeline::Processed>> processed =
      rules.pipeline->Process(inputs, rules.mapping_timeout);
  const absl::Duration whole = absl::Nanoseconds(parts_.clock.MonotonicNanos() - start);
  const absl::Duration mapping = TimedMapper::TakeThreadTime();
  for (size_t i = 0; i < batch.size(); ++i) {
    const std::shared_ptr<Item>& item = batch[i];
    parts_.observer.OnStage(Stage::kMap, mapping / static_cast<int64_t>(batch.size()));
    parts_.observer.OnStage(Stage::kCheck, (whole - mapping) / static_cast<int64_t>(batch.size()));
    if (!processed[i].ok()) {
      Refuse(item, processed[i].status());
      continue;
    }
    item->stored =
        StoredForm(*std::move(item->record), *std::move(processed[i]), rules, item->received_at);
    item->record.reset();
    Commit(item);
  }
}

void Intake::Commit(const std::shared_ptr<Item>& item) {
  if (item->submission.order == nullptr) return CommitNow(item, /*whole=*/true);
  item->submission.order->Pass(item->submission.sequence,
                               [this, item](bool whole) { CommitNow(item, whole); });
}

void Intake::CommitNow(const std::shared_ptr<Item>& item, bool whole) {
  if (!whole) return Finish(*item, NotKept());
  if (absl::Status gone = GoneOrLate(*item); !gone.ok()) return Finish(*item, std::move(gone));
  item->commit_from = parts_.clock.MonotonicNanos();
  store::NewVersion stored = *std::move(item->stored);
  item->stored.reset();
  if (item->submission.order != nullptr) {
    // One before it may still fail while this one waits in the store's queue.
    stored.still_wanted = [order = item->submission.order] {
      return order->broken() ? NotKept() : absl::OkStatus();
    };
  }
  parts_.store.Commit(std::move(stored), [this, item](absl::StatusOr<store::Placement> result) {
    parts_.observer.OnStage(Stage::kCommit,
                            absl::Nanoseconds(parts_.clock.MonotonicNanos() - item->commit_from));
    if (!result.ok()) return Finish(*item, result.status());
    parts_.observer.OnAnswer(result->verdict, result->state);
    if (result->verdict == store::PlacementVerdict::kConflict) return Finish(*item, Conflict());
    Finish(*item, Answer{item->key, *std::move(result)});
  });
}

void Intake::Refuse(const std::shared_ptr<Item>& item, absl::Status status) {
  if (item->submission.order == nullptr) return Finish(*item, std::move(status));
  item->submission.order->Pass(item->submission.sequence,
                               [this, item, status = std::move(status)](bool whole) mutable {
                                 Finish(*item, whole ? std::move(status) : NotKept());
                               });
}

void Intake::Finish(Item& item, absl::StatusOr<Answer> answer) {
  if (!answer.ok()) {
    parts_.observer.OnRefused(answer.status().code());
    if (item.submission.order != nullptr && !IsFinal(answer.status())) {
      item.submission.order->Break();
    }
  }
  parts_.observer.OnStage(Stage::kTotal,
                          absl::Nanoseconds(parts_.clock.MonotonicNanos() - item.accepted_at));
  item.submission.ticket.Release();
  item.submission.done(std::move(answer));
  item.submission.done = nullptr;
  MutexLock lock(mutex_);
  if (--unanswered_ == 0) changed_.NotifyAll();
}

absl::Status Intake::GoneOrLate(const Item& item) const {
  if (item.submission.cancelled && item.submission.cancelled()) {
    return absl::CancelledError("the caller has gone; nothing was kept");
  }
  if (parts_.clock.Now() > item.submission.deadline) {
    return absl::DeadlineExceededError("the deadline passed before the commit; nothing was kept");
  }
  return absl::OkStatus();
}

}  // namespace kgw::intake
