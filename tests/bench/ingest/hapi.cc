#include <cstdlib>

#include "tests/bench/ingest/parts.h"
#include "tests/bench/ingest/round.h"
#include "tests/bench/ingest/transactions.h"

namespace kgw::bench {
namespace {

namespace fs = std::filesystem;
using support::ChildProcess;

constexpr char kRun[] = "tests/support/hapi-server/run.sh";
constexpr int kAtOnce = 4;
constexpr int kFirst =
    10;  // alone: all of them would create the same tags and code systems at once
constexpr double kTarget = 1.0 / 20;

// Rates and costs are of resources here, not of records.
struct Rounds {
  std::vector<Round> hapi_alone;
  std::vector<Round> hapi_at_once;
  std::vector<Round> gateway;
};

bool Built() {
  const char* build = std::getenv("HAPI_BUILD");
  return fs::exists(fs::path(build != nullptr ? build : ".cache/hapi-server") /
                    "hapi-server-1.jar");
}

// In memory, without checks of references and without validation, compiled as far as its Java
// virtual machine can: all that makes it fast.
std::unique_ptr<ChildProcess> StartHapi() {
  setenv("HAPI_JAVA_OPTS", "-Xmx2g", 1);
  setenv("HAPI_REFINT", "0", 1);
  return Started({kRun, "0"});
}

// "READY http://127.0.0.1:PORT/fhir"
std::string UrlOf(const ChildProcess& hapi) { return hapi.ready_line().substr(6); }

Round Post(const ChildProcess& hapi, const Records& transactions, int in_flight) {
  Round round;
  const support::Usage before = hapi.Read();
  round.load = PostAll(UrlOf(hapi), transactions, in_flight);
  const support::Usage after = hapi.Read();
  if (round.load.wrong != 0) Die("HAPI did not create all resources of a transaction");
  round.cpu_us =
      (after.cpu_seconds - before.cpu_seconds) * 1e6 / static_cast<double>(round.load.answered);
  round.peak_megabytes = static_cast<double>(after.peak_bytes) / (1024.0 * 1024.0);
  return round;
}

Rounds Take(Bench& bench, const Mapping& mapping, const ChildProcess& hapi) {
  const Settings& settings = bench.settings;
  const auto transactions = [&](int count) {
    return TransactionsOf(mapping, bench.source.Make(kLargeSession, count));
  };
  Post(hapi, transactions(kFirst), 1);
  Post(hapi, transactions(settings.hapi_warm_up - kFirst), kAtOnce);
  Rounds rounds;
  for (int i = 0; i < settings.rounds; ++i) {
    rounds.hapi_alone.push_back(Post(hapi, transactions(settings.hapi), 1));
    rounds.gateway.push_back(MeasureGateway(
        bench.servers, bench.source.Make(kLargeSession, settings.large / 2), Unary(64)));
    rounds.hapi_at_once.push_back(Post(hapi, transactions(settings.hapi), kAtOnce));
  }
  const int64_t sent = settings.hapi_warm_up + int64_t{2} * settings.rounds * settings.hapi;
  if (CountOn(UrlOf(hapi), "Provenance") != sent) Die("HAPI does not have every record");
  return rounds;
}

// A row of records told in resources.
Row InResources(const std::string& name, const std::vector<Round>& rounds, double resources) {
  Row row = RowOf(name, rounds);
  row.unit = "resources/s";
  row.value *= resources;
  row.spread = {row.value, row.spread->low * resources, row.spread->high * resources};
  row.cpu_us = *row.cpu_us / resources;
  row.client_cpu_us.reset();
  row.bytes.reset();
  return row;
}

void AddRows(const Rounds& rounds, double resources, Report* report) {
  const Row alone =
      InResources("HAPI, transactions one after another", rounds.hapi_alone, resources);
  const Row at_once =
      InResources("HAPI, four transactions at once", rounds.hapi_at_once, resources);
  report->Add(alone);
  report->Add(at_once);
  report->Add({.name = "HAPI, memory at most",
               .value = rounds.hapi_at_once.back().peak_megabytes,
               .unit = "MB"});
  const Row gateway =
      InResources("the same as large sessions, 64 in flight", rounds.gateway, resources);
  report->Add(gateway);
  std::vector<double> ratios;
  for (size_t i = 0; i < rounds.gateway.size(); ++i) {
    ratios.push_back(rounds.gateway[i].cpu_us /
                     std::min(rounds.hapi_alone[i].cpu_us, rounds.hapi_at_once[i].cpu_us));
  }
  Row row{.name = "CPU of a resource", .value = *gateway.cpu_us, .unit = "us"};
  row.CompareWith("HAPI", std::move(ratios));
  row.target = kTarget;
  row.smaller_is_better = true;
  report->Add(std::move(row));
}

}  // namespace

void BesideHapi(Bench& bench) {
  if (!Built()) {
    std::fprintf(stderr, "SKIPPED: the rows beside HAPI: it is not built, run scripts/setup\n");
    return;
  }
  const Mapping mapping;
  const std::string wire = bench.source.Make(kLargeSession, 1)[0];
  const auto resources =
      static_cast<double>(mapping.Process(mapping.Decode(wire)).resources.size());
  const auto hapi = StartHapi();
  AddRows(Take(bench, mapping, *hapi), resources, &bench.report);
}

}  // namespace kgw::bench
