#include "tests/failure/store_script.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "absl/strings/numbers.h"
#include "tests/gateway/store/samples.h"
#include "tests/support/fault_vfs/fault_vfs.h"

namespace kgw::store {
namespace {

using testing_support::FaultDisk;

constexpr int kReopenEvery = 40;
constexpr int64_t kFixtureRecords = 4;  // in the file that the script begins with
const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

absl::StatusOr<DeliveryRow> RowOf(Store& store, const DeliveryKey& key) {
  auto rows = store.GetDeliveries(key.record);
  if (!rows.ok()) return rows.status();
  for (const DeliveryRow& row : *rows) {
    if (row.key == key) return row;
  }
  return absl::NotFoundError("no such delivery");
}

std::string EntryMissing(Store& store, const DeliveryKey& key, const EntryResult& entry) {
  auto row = RowOf(store, key);
  if (!row.ok()) return row.status().ToString();
  for (const EntryResult& found : row->entries) {
    if (found.resource != entry.resource) continue;
    // A later result may stand in an intent's place, nothing in a result's.
    if (entry.state == EntryState::kIntended || found.remote == entry.remote) return {};
  }
  return "the entry is not in the journal";
}

}  // namespace

StoreScript::StoreScript(Opener open, ScriptOptions options)
    : open_(std::move(open)), options_(options), random_(options.seed) {}

void StoreScript::Run() {
  Reopen();
  for (int i = 0; i < options_.operations && store_ != nullptr; ++i) Step(i);
}

void StoreScript::Step(int number) {
  if (number % kReopenEvery == kReopenEvery - 1) return Reopen();
  switch (random_() % 11) {
    case 0:
    case 1:
    case 2:
      return Intake1(Fresh());
    case 3:
      return IntakeMany(5);
    case 4:
      return NextVersion();
    case 5:
      return Unusual(random_() % 2 == 0 ? RecordState::kRejected : RecordState::kParked);
    case 6:
    case 7:
      return Deliver();
    case 8:
      return FailAttempts();
    case 9:
      return OperatorsHand();
    default:
      return PutState();
  }
}

void StoreScript::Reopen() {
  store_.reset();
  auto opened = open_();
  last_open_ = opened.status();
  if (opened.ok()) store_ = *std::move(opened);
}

void StoreScript::Answered(std::string what, std::function<std::string(SqliteStore&)> missing) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (FaultDisk::Get().Struck()) ++answered_after_fault_;
  FaultDisk::Get().Note(static_cast<int64_t>(answers_.size()) + 1);
  answers_.push_back({std::move(what), std::move(missing)});
}

NewVersion StoreScript::Fresh() {
  const int number = next_++;
  const std::string patient = absl::StrCat("P-", random_() % 6);
  NewVersion intake = IntakeOf(KeyOf("Session", absl::StrCat("script-", number)), patient);
  intake.billable = random_() % 2 == 0;
  if (number % 5 == 0) intake.references = {KeyOf("Session", "script-1").name};
  return intake;
}

void StoreScript::AnsweredIntake(const NewVersion& intake, const Placement& result) {
  const RecordKey key = intake.key;
  const std::string bytes = intake.bytes;
  const std::string receipt = result.receipt;
  if (result.state == RecordState::kRejected) {
    Answered("rejected", [key](SqliteStore& store) {
      auto row = store.GetRecord(key);
      return row.ok() ? std::string() : row.status().ToString();
    });
    return;
  }
  Answered("intake", [key, bytes, receipt](SqliteStore& store) {
    auto found = store.GetRecordBytes(key);
    if (!found.ok()) return found.status().ToString();
    if (*found != bytes) return std::string("other bytes");
    auto row = store.GetRecord(key);
    if (!row.ok()) return row.status().ToString();
    return row->receipt == receipt ? std::string() : std::string("another receipt");
  });
}

void StoreScript::Intake1(const NewVersion& intake) {
  ++submitted_;
  auto result = Commit(*store_, intake);
  if (!result.ok()) return;
  AnsweredIntake(intake, *result);
  if (result->state == RecordState::kMapped) known_.push_back(intake);
}

absl::Status StoreScript::CommitOne() {
  ++submitted_;
  const NewVersion intake = Fresh();
  auto result = Commit(*store_, intake);
  if (result.ok()) AnsweredIntake(intake, *result);
  return result.status();
}

void StoreScript::IntakeMany(int count) {
  std::mutex mutex;
  std::condition_variable all;
  int left = count;
  for (int i = 0; i < count; ++i) {
    ++submitted_;
    const NewVersion intake = Fresh();
    store_->Commit(intake, [&, intake](absl::StatusOr<Placement> result) {
      if (result.ok()) AnsweredIntake(intake, *result);
      std::lock_guard<std::mutex> lock(mutex);
      if (--left == 0) all.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  all.wait(lock, [&] { return left == 0; });
}

void StoreScript::NextVersion() {
  if (known_.empty()) return;
  const NewVersion old = known_[random_() % known_.size()];
  RecordKey key = old.key;
  key.version += random_() % 3;  // 0: a duplicate
  NewVersion intake = IntakeOf(key, old.patient);
  intake.billable = random_() % 2 == 0;
  Intake1(intake);
}

void StoreScript::Unusual(RecordState state) {
  NewVersion intake = Fresh();
  intake.state = state;
  intake.deliveries.clear();
  if (state == RecordState::kRejected) {
    intake.bytes.clear();
    intake.resources.clear();
  }
  Intake1(intake);
}

void StoreScript::AnsweredClaim(const Unit& unit) {
  const DeliveryKey key = unit.key;
  const int attempt = unit.attempt;
  Answered("claim", [key, attempt](SqliteStore& store) {
    auto row = RowOf(store, key);
    if (!row.ok()) return row.status().ToString();
    return row->attempts >= attempt ? std::string() : std::string("the attempt is not counted");
  });
}

void StoreScript::Journal(const DeliveryKey& key, const EntryResult& entry) {
  if (!JournalEntries(*store_, key, {entry}).ok()) return;
  Answered("journal", [key, entry](SqliteStore& store) { return EntryMissing(store, key, entry); });
}

// A request that is not idempotent has left the house.
void StoreScript::Send(const DeliveryKey& key, const EntryResult& intent) {
  Answered("send", [key, intent](SqliteStore& store) { return EntryMissing(store, key, intent); });
}

void StoreScript::End(const DeliveryKey& key, const AttemptEnd& end) {
  if (!EndAttempt(*store_, key, end).ok()) return;
  const DeliveryState state = end.state;
  if (state != DeliveryState::kDelivered && state != DeliveryState::kDead) return;
  Answered("end", [key, state](SqliteStore& store) {
    auto row = RowOf(store, key);
    if (!row.ok()) return row.status().ToString();
    return row->state == state ? std::string() : absl::StrCat("it is ", NameOf(row->state));
  });
}

void StoreScript::Deliver() {
  auto units = Claim(*store_, kEhr, 3, kNow);
  if (!units.ok()) return;
  for (const Unit& unit : *units) AnsweredClaim(unit);
  for (const Unit& unit : *units) {
    if (random_() % 8 == 0) continue;  // stays in flight until the store is opened again
    for (const Resource& resource : unit.resources) {
      const std::string type = resource.role.substr(0, resource.role.find('/'));
      const std::string reference = absl::StrCat(type, "/", resource.id);
      const EntryResult intent{reference, EntryState::kIntended, "", ""};
      if (options_.send_before_journal) {
        Send(unit.key, intent);
        Journal(unit.key, intent);
      } else {
        Journal(unit.key, intent);
        if (store_->Health().ok() && !FaultDisk::Get().Struck()) Send(unit.key, intent);
      }
      Journal(unit.key,
              {reference, EntryState::kDelivered, absl::StrCat(type, "/", random_() % 1000), "1"});
    }
    End(unit.key, {});
  }
}

void StoreScript::FailAttempts() {
  auto units = Claim(*store_, kEhr, 2, kNow);
  if (!units.ok()) return;
  for (const Unit& unit : *units) AnsweredClaim(unit);
  for (const Unit& unit : *units) {
    AttemptEnd end;
    end.error = {ErrorClass::kUnavailable, 503, "request", "not now"};
    switch (random_() % 3) {
      case 0:
        end.state = DeliveryState::kPending;
        end.next_due = kNow;
        break;
      case 1:
        end.state = DeliveryState::kHeld;
        end.waits_for = {KeyOf("Session", "script-1").name};
        break;
      default:
        end.state = DeliveryState::kDead;
    }
    End(unit.key, end);
  }
}

void StoreScript::OperatorsHand() {
  if (known_.empty()) return;
  const DeliveryKey key = To(known_[random_() % known_.size()].key);
  switch (random_() % 3) {
    case 0:
      if (auto row = RowOf(*store_, key); row.ok() && row->state == DeliveryState::kHeld) {
        store_->RetryDelivery(key, "go on").IgnoreError();
      }
      return;
    case 1:
      store_->HoldDelivery(key, "wait").IgnoreError();
      return;
    default:
      if (auto row = RowOf(*store_, key); row.ok() && row->state == DeliveryState::kPending &&
                                          store_->CancelDelivery(key, "no").ok()) {
        Answered("cancel", [key](SqliteStore& store) {
          auto found = RowOf(store, key);
          return found.ok() && found->state == DeliveryState::kCancelled ? std::string()
                                                                         : std::string("it is not");
        });
      }
  }
}

void StoreScript::PutState() {
  const int64_t value = ++state_value_;
  if (!store_->PutState("script", kTenant, "value", absl::StrCat(value)).ok()) return;
  Answered("state", [value](SqliteStore& store) {
    auto text = store.GetState("script", kTenant, "value");
    int64_t found = 0;
    if (!text.ok()) return text.status().ToString();
    return absl::SimpleAtoi(*text, &found) && found >= value ? std::string()
                                                             : std::string("an older value");
  });
}

std::vector<std::string> StoreScript::Faults(SqliteStore& store, size_t count) const {
  std::vector<std::string> faults;
  for (size_t i = 0; i < std::min(count, answers_.size()); ++i) {
    std::string missing = answers_[i].missing(store);
    if (!missing.empty()) {
      faults.push_back(absl::StrCat("answer ", i, " (", answers_[i].what, "): ", missing));
    }
  }
  auto ledger = store.CheckLedger(kTenant);
  if (!ledger.ok()) {
    faults.push_back(ledger.status().ToString());
    return faults;
  }
  faults.insert(faults.end(), ledger->disagreements.begin(), ledger->disagreements.end());
  if (ledger->records["received"] > submitted_ + kFixtureRecords) {
    faults.push_back("more records than were submitted");
  }
  if (ledger->deliveries["in_flight"] != 0) faults.push_back("in flight after opening");
  return faults;
}

}  // namespace kgw::store
