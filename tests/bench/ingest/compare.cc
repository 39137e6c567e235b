#include "tests/bench/ingest/mapping.h"
#include "tests/bench/ingest/parts.h"
#include "tests/bench/ingest/round.h"

namespace kgw::bench {
namespace {

constexpr int kInFlight = 64;
constexpr int kStreamInFlight = 256;
constexpr size_t kBodiesLooked = 200;

struct Kind {
  std::string name;
  const char* golden;
  int records;    // a round
  double target;  // of the reference's rate
};

// Rounds in turns. The reference stands on both sides of each pair of the gateway's, so that a
// machine that changes its speed changes both.
struct Turns {
  std::vector<Round> reference;  // one more than of the others
  std::vector<Round> unary;
  std::vector<Round> stream;
};

Turns Take(Bench& bench, const Kind& kind) {
  Turns turns;
  const auto records = [&] { return bench.source.Make(kind.golden, kind.records); };
  const auto unary = [&] {
    turns.unary.push_back(MeasureGateway(bench.servers, records(), Unary(kInFlight)));
  };
  const auto stream = [&] {
    turns.stream.push_back(MeasureGateway(bench.servers, records(), Streamed(kStreamInFlight)));
  };
  const auto reference = [&] {
    turns.reference.push_back(MeasureReference(bench.servers, records(), Unary(kInFlight)));
  };
  reference();
  for (int i = 0; i < bench.settings.rounds; ++i) {
    if (i % 2 == 0) unary();
    stream();
    if (i % 2 != 0) unary();
    reference();
  }
  return turns;
}

void AddRates(const Kind& kind, const Turns& turns, Report* report) {
  std::vector<double> of_reference;
  std::vector<double> of_unary;
  for (size_t i = 0; i < turns.unary.size(); ++i) {
    const double unary = turns.unary[i].load.per_second();
    const double around =
        (turns.reference[i].load.per_second() + turns.reference[i + 1].load.per_second()) / 2;
    of_reference.push_back(unary / around);
    of_unary.push_back(turns.stream[i].load.per_second() / unary);
  }
  report->Add(RowOf(kind.name + ", 64 in flight, reference", turns.reference));
  Row unary = RowOf(kind.name + ", 64 in flight", turns.unary);
  unary.CompareWith("reference", std::move(of_reference));
  unary.target = kind.target;
  report->Add(std::move(unary));
  Row stream = RowOf(kind.name + ", stream", turns.stream);
  stream.CompareWith("own unary", std::move(of_unary));
  stream.target = 1.5;
  report->Add(std::move(stream));
}

void AddMemory(const Kind& kind, const Turns& turns, Report* report) {
  double peak = 0;
  for (const auto* rounds : {&turns.unary, &turns.stream}) {
    for (const Round& round : *rounds) peak = std::max(peak, round.peak_megabytes);
  }
  report->Add({.name = kind.name + ", memory at most",
               .value = peak,
               .unit = "MB",
               .target = 150,
               .smaller_is_better = true});
}

void AddBytes(Bench& bench, const Kind& kind, const Turns& turns) {
  const Mapping mapping;
  Bodies mean;
  for (const std::string& wire : bench.source.Make(kind.golden, kBodiesLooked)) {
    const Bodies bodies = mapping.BodiesOf(wire);
    mean.stored += bodies.stored / kBodiesLooked;
    mean.one_by_one += bodies.one_by_one / kBodiesLooked;
  }
  const Spread written = Of(turns.unary, [](const Round& round) { return round.bytes; });
  Row row{.name = kind.name + ", 64 in flight, bytes written",
          .value = written.median,
          .unit = "B",
          .spread = written};
  row.peer = "compressed bodies";
  row.ratio = written.median / mean.stored;
  row.target = 6;
  row.smaller_is_better = true;
  bench.report.Add(std::move(row));
  bench.report.Add({.name = kind.name + ", compressed bodies", .value = mean.stored, .unit = "B"});
  bench.report.Add({.name = kind.name + ", each resource compressed alone",
                    .value = mean.one_by_one,
                    .unit = "B"});
}

void Compare(Bench& bench, const Kind& kind) {
  const Turns turns = Take(bench, kind);
  AddRates(kind, turns, &bench.report);
  AddMemory(kind, turns, &bench.report);
  AddBytes(bench, kind, turns);
}

}  // namespace

void CompareLargeSession(Bench& bench) {
  Compare(bench, {"large session", kLargeSession, bench.settings.large, 0.20});
}

void CompareSmallOutcome(Bench& bench) {
  Compare(bench, {"small outcome", kSmallOutcome, bench.settings.small, 0.60});
}

}  // namespace kgw::bench
