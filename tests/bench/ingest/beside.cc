#include "tests/bench/ingest/parts.h"
#include "tests/bench/ingest/round.h"

namespace kgw::bench {
namespace {

// How much slower this build may be than the one beside it.
constexpr double kSlower = 1.05;

struct Case {
  std::string name;
  const char* golden;
  int records;  // a round
  Load load;
};

Row BesideRow(const std::string& name, const std::vector<Round>& own,
              const std::vector<Round>& other, const std::function<double(const Round&)>& figure) {
  Row row{.name = name, .unit = "us", .spread = Of(own, figure)};
  row.value = row.spread->median;
  std::vector<double> ratios;
  for (size_t i = 0; i < own.size(); ++i) ratios.push_back(figure(own[i]) / figure(other[i]));
  row.CompareWith("the other build", std::move(ratios));
  return row;
}

void Compare(Bench& bench, const Case& one) {
  const std::filesystem::path& beside = bench.settings.beside;
  std::vector<Round> own;
  std::vector<Round> other;
  const auto measure = [&](const std::filesystem::path& build) {
    return MeasureGateway(bench.servers, bench.source.Make(one.golden, one.records), one.load,
                          build);
  };
  for (int i = 0; i < bench.settings.rounds; ++i) {
    if (i % 2 != 0) other.push_back(measure(beside));
    own.push_back(measure(ProgramFolder()));
    if (i % 2 == 0) other.push_back(measure(beside));
  }
  bench.report.Add(RowOf(one.name + ", the other build", other));
  Row rate = BesideRow(one.name + " beside the other build", own, other,
                       [](const Round& round) { return round.load.per_second(); });
  rate.unit = "records/s";
  rate.target = 1 / kSlower;
  bench.report.Add(std::move(rate));
  Row cpu = BesideRow(one.name + ", CPU beside the other build", own, other,
                      [](const Round& round) { return round.cpu_us; });
  cpu.target = kSlower;
  cpu.smaller_is_better = true;
  bench.report.Add(std::move(cpu));
}

}  // namespace

void BesideAnotherBuild(Bench& bench) {
  const Settings& settings = bench.settings;
  if (settings.beside.empty()) return;
  Compare(bench, {"large session, 64 in flight", kLargeSession, settings.large, Unary(64)});
  Compare(bench, {"large session, stream", kLargeSession, settings.large, Streamed(256)});
  Compare(bench, {"small outcome, 64 in flight", kSmallOutcome, settings.small, Unary(64)});
  Compare(bench, {"small outcome, stream", kSmallOutcome, settings.small, Streamed(256)});
}

}  // namespace kgw::bench
