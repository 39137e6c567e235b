#include "tests/bench/ingest/committing.h"

#include <condition_variable>
#include <mutex>

#include "absl/time/clock.h"
#include "gateway/intake/rules.h"
#include "gateway/intake/stored_form.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/bench/ingest/servers.h"
#include "tests/bench/support/own_cost.h"

namespace kgw::bench {
namespace {

constexpr int kInFlight = 64;

std::vector<store::NewVersion> Prepare(const Mapping& mapping, const std::string* records) {
  intake::Rules rules;
  std::vector<store::NewVersion> intakes;
  intakes.reserve(kCommitStretch);
  for (int i = 0; i < kCommitStretch; ++i) {
    record::Record record = mapping.Decode(records[i]);
    pipeline::Processed processed = mapping.Process(record);
    intakes.push_back(
        intake::StoredForm(std::move(record), std::move(processed), rules, absl::Now()));
  }
  return intakes;
}

void Commit(store::Store& store, std::vector<store::NewVersion> intakes) {
  std::mutex mutex;
  std::condition_variable room;
  int in_flight = 0;
  for (store::NewVersion& intake : intakes) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      room.wait(lock, [&] { return in_flight < kInFlight; });
      ++in_flight;
    }
    store.Commit(std::move(intake), [&](const absl::StatusOr<store::Placement>& result) {
      if (!result.ok() || result->verdict != store::PlacementVerdict::kStored) {
        Die("a record is not stored");
      }
      const std::lock_guard<std::mutex> lock(mutex);
      --in_flight;
      room.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  room.wait(lock, [&] { return in_flight == 0; });
}

}  // namespace

Spread CommitCpuMicros(const std::string& path, const Mapping& mapping,
                       const std::vector<std::string>& records) {
  store::SqliteOptions options;
  options.path = path;
  const auto store = store::OpenSqliteStore(options);
  if (!store.ok()) Die(store.status().ToString());
  std::vector<double> rounds;
  for (size_t done = 0; done + kCommitStretch <= records.size(); done += kCommitStretch) {
    std::vector<store::NewVersion> intakes = Prepare(mapping, &records[done]);
    const double start = CpuMicros();
    Commit(**store, std::move(intakes));
    rounds.push_back((CpuMicros() - start) / kCommitStretch);
  }
  return SpreadOf(std::move(rounds));
}

}  // namespace kgw::bench
