// Takes records as fast as it can: the gateway beside the limit of this machine, in turns.
//   ingest_bench --out FILE [--quick] [--only PART]
// PART is stages, ready, large, small, streams, one or growth; what is compared with another part
// runs that one too.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/ingest/load.h"
#include "tests/bench/ingest/records.h"
#include "tests/bench/ingest/stages.h"
#include "tests/bench/support/report.h"
#include "tests/support/process/child_process.h"

namespace kgw::bench {
namespace {

namespace fs = std::filesystem;
using support::ChildProcess;
using support::Usage;

constexpr char kLarge[] = "tests/golden/Session/large.record.json";
constexpr char kSmall[] = "tests/golden/Outcome/small.record.json";
constexpr char kReference[] = "reference";
constexpr double kMegabyte = 1024.0 * 1024.0;

struct Settings {
  std::string out;
  std::string only;  // empty: every part
  int rounds = 5;
  int large = 2000;  // records a round
  int small = 8000;
  int64_t stored = 500000;  // for the cost a record as the store grows
};

struct Round {
  LoadResult load;
  double cpu_us = 0;
  double bytes = 0;
  double resident = 0;
};

using Load = std::function<LoadResult(const std::string&, const std::vector<std::string>&)>;

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

// A benchmark without its server has nothing to say.
std::unique_ptr<ChildProcess> Started(const std::vector<std::string>& command) {
  auto server = std::make_unique<ChildProcess>(command);
  if (server->ready_line().empty()) Die(command[0] + " did not become ready");
  return server;
}

class Bench {
 public:
  explicit Bench(Settings settings)
      : settings_(std::move(settings)),
        report_(settings_.out),
        folder_(fs::path(settings_.out).parent_path() / "ingest-stores") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Bench() { fs::remove_all(folder_); }

  bool Run() {
    if (Wanted("stages")) AddStages(kLarge, &report_);
    if (Wanted("ready")) ReadyWhenEmpty();
    double large = 0;
    double small = 0;
    if (Wanted("large") || Wanted("streams")) {
      large = Compare("large session, 64 in flight", kLarge, settings_.large, 64, 0.20);
    }
    if (Wanted("small") || Wanted("streams")) {
      small = Compare("small outcome, 64 in flight", kSmall, settings_.small, 64, 0.60);
    }
    if (Wanted("streams")) {
      Stream("large session, stream", kLarge, settings_.large, large);
      Stream("small outcome, stream", kSmall, settings_.small, small);
    }
    if (Wanted("one")) OneInFlight();
    if (Wanted("growth")) Growth();
    return report_.Write();
  }

 private:
  bool Wanted(const char* part) const { return settings_.only.empty() || settings_.only == part; }

  std::string NewStore() { return (folder_ / (std::to_string(++stores_) + ".db")).string(); }

  std::vector<std::string> GatewayCommand(const std::string& store) const {
    return {"build/bin/kap-gateway",  "--config", "deploy/config/development.yaml", "--set",
            "store.path=" + store,    "--set",    "grpc.listen=127.0.0.1:0",        "--set",
            "http.listen=127.0.0.1:0"};
  }

  // One round against a server: load, and what the server spent on it.
  static Round Measure(const ChildProcess& server, const std::vector<std::string>& records,
                       const Load& load) {
    Round round;
    const Usage before = server.Read();
    round.load = load(server.Value("grpc"), records);
    const Usage after = server.Read();
    if (round.load.wrong != 0 || round.load.answered != static_cast<int64_t>(records.size())) {
      Die(std::to_string(round.load.wrong) + " wrong answers of " +
          std::to_string(round.load.answered));
    }
    const auto count = static_cast<double>(records.size());
    round.cpu_us = (after.cpu_seconds - before.cpu_seconds) * 1e6 / count;
    round.bytes = static_cast<double>(after.bytes_written - before.bytes_written) / count;
    round.resident = static_cast<double>(after.resident_bytes) / kMegabyte;
    return round;
  }

  Round MeasureGateway(const std::vector<std::string>& records, const Load& load) {
    const auto gateway = Started(GatewayCommand(NewStore()));
    const Round round = Measure(*gateway, records, load);
    if (MappedInLedger(gateway->Value("grpc")) != static_cast<int64_t>(records.size())) {
      Die("the ledger does not show every record");
    }
    return round;
  }

  Round MeasureReference(const std::vector<std::string>& records, const Load& load) {
    const auto reference = Started({"build/bin/ingest_reference_server", NewStore()});
    return Measure(*reference, records, load);
  }

  static Row RowOf(const std::string& name, const std::vector<Round>& rounds) {
    std::vector<double> rates;
    std::vector<double> p50;
    std::vector<double> p99;
    std::vector<double> cpu;
    std::vector<double> bytes;
    for (const Round& round : rounds) {
      rates.push_back(round.load.per_second());
      p50.push_back(round.load.p50_us);
      p99.push_back(round.load.p99_us);
      cpu.push_back(round.cpu_us);
      bytes.push_back(round.bytes);
    }
    Row row{.name = name, .unit = "records/s"};
    row.spread = SpreadOf(rates);
    row.value = row.spread->median;
    row.p50_us = SpreadOf(p50).median;
    row.p99_us = SpreadOf(p99).median;
    row.cpu_us = SpreadOf(cpu).median;
    row.bytes = SpreadOf(bytes).median;
    return row;
  }

  // The gateway beside the reference, in turns; answers the gateway's median rate.
  double Compare(const std::string& name, const char* golden, int count, int in_flight,
                 double target) {
    const Load load = [&](const std::string& server, const std::vector<std::string>& records) {
      return UnaryLoad(server, records, in_flight);
    };
    std::vector<Round> ours;
    std::vector<Round> limit;
    double resident = 0;
    for (int i = 0; i < settings_.rounds; ++i) {
      const auto records = DistinctRecords(golden, next_, count, 97);
      next_ += count;
      limit.push_back(MeasureReference(records, load));
      ours.push_back(MeasureGateway(records, load));
      resident = std::max(resident, ours.back().resident);
    }
    report_.Add(RowOf(name + ", reference", limit));
    Row row = RowOf(name, ours);
    row.peer = kReference;
    row.ratio = row.value / RowOf("", limit).value;
    row.target = target;
    const double rate = row.value;
    report_.Add(std::move(row));
    report_.Add({.name = name + ", memory",
                 .value = resident,
                 .unit = "MB",
                 .target = 150,
                 .smaller_is_better = true});
    return rate;
  }

  void Stream(const std::string& name, const char* golden, int count, double unary) {
    const Load load = [](const std::string& server, const std::vector<std::string>& records) {
      return StreamLoad(server, records, 256);
    };
    std::vector<Round> rounds;
    for (int i = 0; i < settings_.rounds; ++i) {
      rounds.push_back(MeasureGateway(DistinctRecords(golden, next_, count, 97), load));
      next_ += count;
    }
    Row row = RowOf(name, rounds);
    row.peer = "own unary";
    row.ratio = row.value / unary;
    row.target = 1.5;
    report_.Add(std::move(row));
  }

  void OneInFlight() {
    const Load load = [](const std::string& server, const std::vector<std::string>& records) {
      return UnaryLoad(server, records, 1);
    };
    const auto records = DistinctRecords(kLarge, next_, 500, 97);
    next_ += 500;
    const Round limit = MeasureReference(records, load);
    Row row = RowOf("large session, one in flight", {MeasureGateway(records, load)});
    const double floor = limit.load.p50_us + MappingMicros(kLarge);
    row.peer = "durable RPC + mapping";
    row.ratio = *row.p50_us / floor;
    row.target = 2;
    row.smaller_is_better = true;
    report_.Add(std::move(row));
  }

  void ReadyWhenEmpty() {
    std::vector<double> millis;
    for (int i = 0; i < settings_.rounds; ++i) {
      millis.push_back(Started(GatewayCommand(NewStore()))->seconds_to_ready() * 1000);
    }
    Row row{.name = "ready, empty store", .unit = "ms", .target = 300, .smaller_is_better = true};
    row.spread = SpreadOf(millis);
    row.value = row.spread->median;
    report_.Add(std::move(row));
  }

  // CPU a record when 20,000 are stored and when 500,000 are, and how long a start takes then.
  void Growth() {
    const std::string store = NewStore();
    const Load load = [](const std::string& server, const std::vector<std::string>& records) {
      return StreamLoad(server, records, 256);
    };
    double early = 0;
    double late = 0;
    {
      const auto gateway = Started(GatewayCommand(store));
      constexpr int kStep = 20000;
      for (int64_t stored = 0; stored < settings_.stored; stored += kStep) {
        const auto records = DistinctRecords(kSmall, next_, kStep, 5000);
        next_ += kStep;
        const Round round = Measure(*gateway, records, load);
        if (stored == kStep) early = round.cpu_us;
        late = round.cpu_us;
      }
    }
    Row row{.name = "small outcome, CPU at the end of growth", .value = late, .unit = "us"};
    row.peer = "at 20,000 stored";
    row.ratio = late / early;
    row.target = 1.25;
    row.smaller_is_better = true;
    report_.Add(std::move(row));
    const auto again = Started(GatewayCommand(store));
    report_.Add({.name = "ready, " + std::to_string(settings_.stored) + " records stored",
                 .value = again->seconds_to_ready() * 1000,
                 .unit = "ms",
                 .target = 1000,
                 .smaller_is_better = true});
  }

  const Settings settings_;
  Report report_;
  const fs::path folder_;
  int stores_ = 0;
  int64_t next_ = 1;
};

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
  kgw::bench::Settings settings;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--out") == 0 && i + 1 < argc) settings.out = argv[++i];
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) settings.only = argv[++i];
    if (std::strcmp(argv[i], "--quick") == 0) {
      settings.rounds = 3;
      settings.large = 500;
      settings.small = 2000;
      settings.stored = 60000;
    }
  }
  if (settings.out.empty()) {
    std::fprintf(stderr, "usage: ingest_bench --out FILE [--quick] [--only PART]\n");
    return 2;
  }
  return kgw::bench::Bench(std::move(settings)).Run() ? 0 : 1;
}
