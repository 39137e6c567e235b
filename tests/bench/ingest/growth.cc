#include "tests/bench/ingest/parts.h"
#include "tests/bench/ingest/round.h"
#include "tests/bench/support/ledger.h"

namespace kgw::bench {
namespace {

constexpr int kStep = 10000;
constexpr int kInFlight = 256;
constexpr int kPatients = 5000;
constexpr int64_t kEarly = 20000;
constexpr size_t kCompared = 5;  // steps at either end, whose middle counts

// Rounds that fill one store, and where in them 20,000 records were stored.
struct Filled {
  std::vector<Round> early;
  std::vector<Round> late;
};

Filled Fill(Bench& bench, const std::string& store) {
  Filled filled;
  const auto gateway = bench.servers.Gateway(store);
  const int64_t last = bench.settings.stored - static_cast<int64_t>(kCompared) * kStep;
  for (int64_t stored = 0; stored < bench.settings.stored; stored += kStep) {
    const Records records = bench.source.Make(kSmallOutcome, kStep, kPatients);
    const Round round = Measure(*gateway, records, Streamed(kInFlight));
    if (stored >= kEarly && filled.early.size() < kCompared) filled.early.push_back(round);
    if (stored >= last) filled.late.push_back(round);
  }
  if (MappedInLedger(gateway->Value("grpc")) != bench.settings.stored) {
    Die("the ledger does not show every record");
  }
  return filled;
}

Row Cost(const std::string& name, const Filled& filled,
         const std::function<double(const Round&)>& figure) {
  const double early = Of(filled.early, figure).median;
  Row row{.name = name, .unit = "us", .spread = Of(filled.late, figure)};
  row.value = row.spread->median;
  row.peer = "at 20,000 stored";
  row.ratio = row.value / early;
  row.target = 1.25;
  row.smaller_is_better = true;
  return row;
}

}  // namespace

void Growth(Bench& bench) {
  const std::string store = bench.servers.NewStore();
  const std::string many = std::to_string(bench.settings.stored);
  const Filled filled = Fill(bench, store);
  Row early = RowOf("small outcome, stream, 20000 stored", filled.early);
  Row late = RowOf("small outcome, stream, " + many + " stored", filled.late);
  bench.report.Add(std::move(early));
  bench.report.Add(std::move(late));
  bench.report.Add(Cost("small outcome, CPU at " + many + " stored", filled,
                        [](const Round& round) { return round.cpu_us; }));
  bench.report.Add(Cost("small outcome, time at " + many + " stored", filled,
                        [](const Round& round) { return 1e6 / round.load.per_second(); }));
  bench.report.Add({.name = "memory at " + many + " stored, at most",
                    .value = filled.late.back().peak_megabytes,
                    .unit = "MB",
                    .target = 150,
                    .smaller_is_better = true});
  std::vector<double> millis;
  for (int i = 0; i < bench.settings.rounds; ++i) {
    millis.push_back(bench.servers.Gateway(store)->seconds_to_ready() * 1000);
  }
  Row ready{.name = "ready, " + many + " records stored",
            .unit = "ms",
            .spread = SpreadOf(millis),
            .target = 1000,
            .smaller_is_better = true};
  ready.value = ready.spread->median;
  bench.report.Add(std::move(ready));
}

void ReadyWhenEmpty(Bench& bench) {
  std::vector<double> millis;
  for (int i = 0; i < bench.settings.rounds; ++i) {
    millis.push_back(bench.servers.Gateway(bench.servers.NewStore())->seconds_to_ready() * 1000);
  }
  Row row{.name = "ready, empty store",
          .unit = "ms",
          .spread = SpreadOf(millis),
          .target = 300,
          .smaller_is_better = true};
  row.value = row.spread->median;
  bench.report.Add(std::move(row));
}

}  // namespace kgw::bench
