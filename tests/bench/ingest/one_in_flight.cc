#include "tests/bench/ingest/mapping.h"
#include "tests/bench/ingest/micros.h"
#include "tests/bench/ingest/parts.h"
#include "tests/bench/ingest/round.h"

namespace kgw::bench {
namespace {

// What one call cannot do without, each measured alone in the same round, and the call.
struct Alone {
  double sync_us = 0;
  double call_us = 0;
  double map_us = 0;
  double pipeline_us = 0;  // decode, map, check, ids, labels
  Round gateway;
};

Alone Measure(Bench& bench, const Mapping& mapping) {
  Alone alone;
  const Records records = bench.source.Make(kLargeSession, bench.settings.one);
  alone.sync_us = FsyncMicros(bench.servers.folder().string());
  const Records nothing(records.size());
  alone.call_us = MeasureReference(bench.servers, nothing, Unary(1)).load.p50_us;
  const record::Record record = mapping.Decode(records[0]);
  const std::vector<Spread> mapped =
      Micros({[&] { mapping.Map(record); }, [&] { mapping.Process(mapping.Decode(records[0])); }});
  alone.map_us = mapped[0].median;
  alone.pipeline_us = mapped[1].median;
  alone.gateway = MeasureGateway(bench.servers, records, Unary(1));
  alone.sync_us = (alone.sync_us + FsyncMicros(bench.servers.folder().string())) / 2;
  return alone;
}

void AddMicros(const std::string& name, const std::vector<Alone>& rounds, double Alone::*figure,
               Report* report) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const Alone& round : rounds) values.push_back(round.*figure);
  const Spread spread = SpreadOf(std::move(values));
  report->Add({.name = name, .value = spread.median, .unit = "us", .spread = spread});
}

// The middle answer time as a multiple of sync, empty call and what is given.
Row Against(const std::string& name, const std::string& floor, const std::vector<Alone>& rounds,
            double Alone::*mapping) {
  std::vector<Round> gateway;
  std::vector<double> ratios;
  for (const Alone& round : rounds) {
    gateway.push_back(round.gateway);
    ratios.push_back(round.gateway.load.p50_us / (round.sync_us + round.call_us + round.*mapping));
  }
  Row row = RowOf(name, gateway);
  row.spread = Of(gateway, [](const Round& round) { return round.load.p50_us; });
  row.value = row.spread->median;
  row.unit = "us";
  row.CompareWith(floor, std::move(ratios));
  row.target = 2;
  row.smaller_is_better = true;
  return row;
}

}  // namespace

void OneInFlight(Bench& bench) {
  const Mapping mapping;
  std::vector<Alone> rounds;
  for (int i = 0; i < bench.settings.rounds; ++i) rounds.push_back(Measure(bench, mapping));
  AddMicros("one in flight: raw fdatasync", rounds, &Alone::sync_us, &bench.report);
  AddMicros("one in flight: empty call, p50", rounds, &Alone::call_us, &bench.report);
  AddMicros("one in flight: map", rounds, &Alone::map_us, &bench.report);
  AddMicros("one in flight: decode, map, check, ids, labels", rounds, &Alone::pipeline_us,
            &bench.report);
  bench.report.Add(Against("large session, one in flight, p50", "fdatasync + empty call + map",
                           rounds, &Alone::map_us));
  bench.report.Add(Against("the same beside the whole pipeline",
                           "fdatasync + empty call + decode, map, check", rounds,
                           &Alone::pipeline_us));
}

}  // namespace kgw::bench
