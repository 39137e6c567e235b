// The store alone: records a second, 64 in flight, against SQLite with one sync a group of 64 that
// keeps the same received bytes and nothing else; bytes written for each byte of body; and whether
// the five-hundred-thousandth record costs more than the twenty-thousandth.
//
//   store_bench [--out FILE] [--folder ON_A_REAL_DISK] [--growth RECORDS] [--quick]
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/store/fresh_store.h"
#include "tests/bench/store/intakes.h"
#include "tests/bench/support/own_cost.h"
#include "tests/bench/support/report.h"

namespace kgw::bench {
namespace {

using store::NewVersion;
using store::Store;

constexpr int kRounds = 5;
constexpr int kStretch = 10000;
constexpr size_t kCompared = 5;  // stretches at either end of growth, whose middle counts

struct Arguments {
  std::string out = "store.json";
  std::string folder = ".";
  int growth = 500000;
  int shorter = 1;  // every round is shorter by this
};

double ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * 4096 / 1e6;
}

// What this process has handed to the file system.
double WrittenBytes() {
  std::ifstream file("/proc/self/io");
  std::string name;
  double value = 0;
  while (file >> name >> value) {
    if (name == "wchar:") return value;
  }
  return 0;
}

// One stretch of records through the store.
struct Stretch {
  double per_second = 0;
  double cpu_us = 0;
  double bytes = 0;  // written, for all
};

Stretch Measure(Store& store, std::vector<NewVersion> intakes) {
  const auto count = static_cast<double>(intakes.size());
  const double written = WrittenBytes();
  const double cpu = CpuMicros();
  const absl::Time start = absl::Now();
  Submit(store, std::move(intakes));
  return {count / absl::ToDoubleSeconds(absl::Now() - start), (CpuMicros() - cpu) / count,
          WrittenBytes() - written};
}

Spread Of(const std::vector<Stretch>& stretches, double Stretch::*figure) {
  std::vector<double> values;
  values.reserve(stretches.size());
  for (const Stretch& stretch : stretches) values.push_back(stretch.*figure);
  return SpreadOf(std::move(values));
}

// Raw SQLite on both sides of each round of the store.
void Throughput(const Arguments& arguments, const Shape& shape, Report& report) {
  const Folder folder(arguments.folder);
  const int records = shape.records / arguments.shorter;
  std::vector<Stretch> ours;
  std::vector<double> ratios;
  std::vector<double> amplification;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<NewVersion> intakes = MakeMany(shape, round * records, records);
    const double bodies = CompressedBytes(intakes);
    const double before = RawPerSecond(folder.Path(absl::StrCat("before", round)), intakes);
    const std::vector<NewVersion> again = intakes;
    const auto store = OpenOrDie(folder.Path(absl::StrCat("store", round)));
    ours.push_back(Measure(*store, std::move(intakes)));
    Recount(*store, records);
    const double after = RawPerSecond(folder.Path(absl::StrCat("after", round)), again);
    ratios.push_back(ours.back().per_second / ((before + after) / 2));
    amplification.push_back(ours.back().bytes / bodies);
  }
  Row row{.name = shape.name, .unit = "records/s", .spread = Of(ours, &Stretch::per_second)};
  row.value = row.spread->median;
  row.cpu_us = Of(ours, &Stretch::cpu_us).median;
  row.CompareWith("raw SQLite", std::move(ratios));
  report.Add(std::move(row));
  Row bytes{.name = shape.name + ", bytes given to the file system",
            .value = Of(ours, &Stretch::bytes).median / records,
            .unit = "B"};
  bytes.CompareWith("compressed bodies", std::move(amplification));
  bytes.target = 6;
  bytes.smaller_is_better = true;
  report.Add(std::move(bytes));
}

struct Filled {
  std::vector<Stretch> early;
  std::vector<Stretch> late;
};

Filled Fill(Store& store, const Shape& shape, int growth) {
  Filled filled;
  const int last = growth - static_cast<int>(kCompared) * kStretch;
  for (int done = 0; done < growth; done += kStretch) {
    const Stretch stretch = Measure(store, MakeMany(shape, done, kStretch));
    if (done >= 2 * kStretch && filled.early.size() < kCompared) filled.early.push_back(stretch);
    if (done >= last) filled.late.push_back(stretch);
  }
  return filled;
}

void AddCost(const std::string& name, double early, double late, Report& report) {
  report.Add({.name = name,
              .value = late,
              .unit = "us",
              .peer = "at 20,000 stored",
              .ratio = late / early,
              .target = 1.25,
              .smaller_is_better = true});
}

void Growth(const Arguments& arguments, const Shape& shape, Report& report) {
  const Folder folder(arguments.folder);
  std::unique_ptr<Store> store = OpenOrDie(folder.Path("store.db"));
  const Filled filled = Fill(*store, shape, arguments.growth);
  const std::string many = absl::StrCat(arguments.growth);
  AddCost(absl::StrCat("CPU of a record at ", many, " stored"),
          Of(filled.early, &Stretch::cpu_us).median, Of(filled.late, &Stretch::cpu_us).median,
          report);
  AddCost(absl::StrCat("time of a record at ", many, " stored"),
          1e6 / Of(filled.early, &Stretch::per_second).median,
          1e6 / Of(filled.late, &Stretch::per_second).median, report);
  report.Add({.name = "resident memory", .value = ResidentMegabytes(), .unit = "MB"});
  store.reset();
  const absl::Time start = absl::Now();
  store = OpenOrDie(folder.Path("store.db"));
  report.Add({.name = absl::StrCat("opening with ", many, " stored"),
              .value = absl::ToDoubleMilliseconds(absl::Now() - start),
              .unit = "ms",
              .target = 1000,
              .smaller_is_better = true});
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--quick") {
      arguments.growth = 80000;
      arguments.shorter = 10;
    }
    if (i + 1 == argc) break;
    if (name == "--out") arguments.out = argv[i + 1];
    if (name == "--folder") arguments.folder = argv[i + 1];
    if (name == "--growth") arguments.growth = std::atoi(argv[i + 1]);
  }
  return arguments;
}

int Main(int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  Report report(arguments.out);
  Throughput(arguments, {"record of 4 kB", 3, 4000, 6000}, report);
  Throughput(arguments, {"record of 65 resources", 65, 9000, 1500}, report);
  if (arguments.growth > 0) Growth(arguments, {"small", 2, 600, 0}, report);
  return report.Write() ? 0 : 1;
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) { return kgw::bench::Main(argc, argv); }
