#ifndef TESTS_FAILURE_STORE_SCRIPT_H_
#define TESTS_FAILURE_STORE_SCRIPT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/sqlite/sqlite_store.h"

// A life of a store, the same for a seed: records of every kind, alone and many at once, claims,
// journals, ends, an operator's hand, and being closed and opened again. What the store answered is
// written down at the place where the answer arrives, both here and in the disk's log, so that
// every state a crash leaves can be asked for it.
namespace kgw::store {

struct Answer {
  std::string what;
  // Why the answered change is not in this store; empty when it is. Holds in every later state too.
  std::function<std::string(SqliteStore&)> missing;
};

struct ScriptOptions {
  int operations = 200;
  uint64_t seed = 1;
  bool send_before_journal = false;  // the mutant: a request leaves before its intent is durable
};

class StoreScript {
 public:
  using Opener = std::function<absl::StatusOr<std::unique_ptr<SqliteStore>>()>;

  StoreScript(Opener open, ScriptOptions options);
  // Runs to the end, also when calls fail; stops early only when the store does not open.
  void Run();

  size_t answered() const { return answers_.size(); }
  // Everything that is wrong with a store in which the first `count` answers were given.
  std::vector<std::string> Faults(SqliteStore& store, size_t count) const;
  // Whether a call has been answered OK after the disk's fault had struck.
  int64_t answered_after_fault() const { return answered_after_fault_; }
  const absl::Status& last_open() const { return last_open_; }
  SqliteStore* store() { return store_.get(); }
  void Close() { store_.reset(); }
  // One more record; its answer.
  absl::Status CommitOne();

 private:
  void Step(int number);
  void Reopen();
  void Intake1(const NewVersion& intake);
  void IntakeMany(int count);
  void NextVersion();
  void Unusual(RecordState state);
  void Deliver();
  void FailAttempts();
  void OperatorsHand();
  void PutState();
  NewVersion Fresh();
  void Answered(std::string what, std::function<std::string(SqliteStore&)> missing);
  void AnsweredIntake(const NewVersion& intake, const Placement& result);
  void AnsweredClaim(const Unit& unit);
  void Journal(const DeliveryKey& key, const EntryResult& entry);
  void Send(const DeliveryKey& key, const EntryResult& intent);
  void End(const DeliveryKey& key, const AttemptEnd& end);

  Opener open_;
  const ScriptOptions options_;
  std::mt19937_64 random_;
  std::unique_ptr<SqliteStore> store_;
  absl::Status last_open_;
  std::mutex mutex_;  // answers come on the writer's thread too
  std::vector<Answer> answers_;
  int64_t answered_after_fault_ = 0;
  std::vector<NewVersion> known_;
  int next_ = 0;
  int64_t submitted_ = 0;
  int64_t state_value_ = 0;
};

}  // namespace kgw::store

#endif  // TESTS_FAILURE_STORE_SCRIPT_H_
