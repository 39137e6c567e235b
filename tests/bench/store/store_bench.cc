#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/store/sqlite/body.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/bench/support/report.h"

// The store alone: records a second, 64 in flight, against SQLite with one sync a group of 64 that
// keeps the same received bytes and nothing else; bytes written for each byte of body; and whether
// the five-hundred-thousandth record costs more than the twenty-thousandth.
//
//   store_bench [--out FILE] [--folder ON_A_REAL_DISK] [--growth RECORDS]
namespace kgw::bench {
namespace {

using store::Intake;
using store::Store;

constexpr int kInFlight = 64;
constexpr int kRounds = 5;

struct Arguments {
  std::string out = "store.json";
  std::string folder = ".";
  int growth = 500000;
};

struct Shape {
  std::string name;
  int resources = 0;
  size_t received = 0;  // bytes
  int records = 0;
};

std::string RandomText(std::mt19937_64& random, size_t size) {
  static constexpr char kLetters[] = "abcdefghijklmnop0123456789 etaoin";
  std::string text;
  while (text.size() < size) text.push_back(kLetters[random() % (sizeof(kLetters) - 1)]);
  return text;
}

Intake Make(std::mt19937_64& random, const Shape& shape, int number) {
  Intake intake;
  const std::string patient = absl::StrCat("P-", number / 8);
  intake.key = {{"demo-clinic", "kap-ehr", "Session", absl::StrCat("S-", number)}, 1};
  intake.patient = patient;
  intake.bytes = RandomText(random, shape.received);
  intake.content_hash = Sha256Of(intake.bytes);
  const ResourceIds ids(intake.key.name, patient);
  for (int i = 0; i < shape.resources; ++i) {
    const std::string role = absl::StrCat("Observation/vital/", i);
    const std::string id = ids.Of(role);
    intake.resources.push_back(
        {role, id,
         absl::StrCat(R"({"resourceType":"Observation","id":")", id,
                      R"(","status":"final","category":[{"coding":[{"system":)",
                      R"("http://terminology.hl7.org/CodeSystem/observation-category",)",
                      R"("code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org",)",
                      R"("code":"85354-9","display":"Blood pressure panel"}]},"subject":)",
                      R"({"reference":"Patient/)", ids.Of("Patient"),
                      R"("},"effectiveDateTime":"2026-05-04T10:)", 10 + i % 50,
                      R"(:00+02:00","valueQuantity":{"value":)", random() % 200,
                      R"(,"unit":"mm[Hg]","system":"http://unitsofmeasure.org"},"note":[{"text":")",
                      RandomText(random, 24), R"("}]})")});
  }
  intake.issues_json = intake.signals_json = "[]";
  intake.deliveries.push_back({"ehr", "Patient " + patient, store::DeliveryState::kPending, ""});
  intake.billable = number % 4 == 0;
  intake.mapper = "kap-mapper 0.1.0";
  intake.config_hash = "c0ffee";
  intake.received_at = absl::Now();
  return intake;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

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

class Folder {
 public:
  explicit Folder(const std::string& under) : path_(under + "/store-bench-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::unique_ptr<Store> OpenOrDie(const std::string& path) {
  store::SqliteOptions options;
  options.path = path;
  auto opened = store::OpenSqliteStore(options);
  if (!opened.ok()) {
    std::cerr << opened.status() << std::endl;
    std::exit(1);
  }
  return *std::move(opened);
}

// Keeps kInFlight records unanswered until all are answered; every answer must be a new row.
void Submit(Store& store, std::vector<Intake> intakes) {
  std::mutex mutex;
  std::condition_variable room;
  int in_flight = 0;
  for (Intake& intake : intakes) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      room.wait(lock, [&] { return in_flight < kInFlight; });
      ++in_flight;
    }
    store.CommitIntake(std::move(intake), [&](const absl::StatusOr<store::IntakeResult>& result) {
      if (!result.ok() || result->verdict != store::IntakeVerdict::kStored) std::abort();
      std::lock_guard<std::mutex> lock(mutex);
      --in_flight;
      room.notify_one();
    });
  }
  std::unique_lock<std::mutex> lock(mutex);
  room.wait(lock, [&] { return in_flight == 0; });
}

std::vector<Intake> MakeMany(const Shape& shape, int first, int count) {
  std::mt19937_64 random(static_cast<uint64_t>(first) + 1);
  std::vector<Intake> intakes;
  intakes.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) intakes.push_back(Make(random, shape, first + i));
  return intakes;
}

double CompressedBytes(const std::vector<Intake>& intakes) {
  double bytes = 0;
  for (const Intake& intake : intakes) {
    std::string all;
    for (const store::Resource& resource : intake.resources) all += resource.json;
    bytes +=
        static_cast<double>(store::EncodeBody(intake.bytes).size() + store::EncodeBody(all).size());
  }
  return bytes;
}

// Records a second of a table of bytes alone.
double Raw(const Arguments& arguments, const std::vector<Intake>& intakes) {
  const Folder folder(arguments.folder);
  sqlite3* database = nullptr;
  sqlite3_open(folder.Path("raw.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
               "CREATE TABLE record(id INTEGER PRIMARY KEY, bytes BLOB)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* add = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO record(bytes) VALUES(?)", -1, &add, nullptr);
  const absl::Time start = absl::Now();
  for (size_t i = 0; i < intakes.size(); ++i) {
    if (i % kInFlight == 0) sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr);
    sqlite3_bind_blob(add, 1, intakes[i].bytes.data(), static_cast<int>(intakes[i].bytes.size()),
                      SQLITE_STATIC);
    sqlite3_step(add);
    sqlite3_reset(add);
    if (i % kInFlight == kInFlight - 1 || i + 1 == intakes.size()) {
      if (sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
    }
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  sqlite3_finalize(add);
  sqlite3_close(database);
  return static_cast<double>(intakes.size()) / seconds;
}

void Recount(Store& store, int64_t expected) {
  auto ledger = store.CheckLedger("demo-clinic");
  if (!ledger.ok() || !ledger->agrees || ledger->records["received"] != expected) std::abort();
}

void Throughput(const Arguments& arguments, const Shape& shape, Report& report) {
  std::vector<double> ours;
  std::vector<double> raw;
  double cpu = 0;
  double amplification = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Intake> intakes = MakeMany(shape, round * shape.records, shape.records);
    raw.push_back(Raw(arguments, intakes));
    const double bodies = CompressedBytes(intakes);
    const Folder folder(arguments.folder);
    std::unique_ptr<Store> store = OpenOrDie(folder.Path("store.db"));
    const double written = WrittenBytes();
    const double cpu_before = CpuSeconds();
    const absl::Time start = absl::Now();
    Submit(*store, std::move(intakes));
    ours.push_back(shape.records / absl::ToDoubleSeconds(absl::Now() - start));
    cpu = (CpuSeconds() - cpu_before) / shape.records * 1e6;
    amplification = (WrittenBytes() - written) / bodies;
    Recount(*store, shape.records);
  }
  const Spread spread = SpreadOf(ours);
  report.Add({.name = shape.name,
              .value = spread.median,
              .unit = "records/s",
              .spread = spread,
              .cpu_us = cpu,
              .peer = "raw SQLite",
              .ratio = spread.median / SpreadOf(raw).median});
  report.Add({.name = shape.name + ", bytes written for a byte of compressed body",
              .value = amplification,
              .unit = "x",
              .target = 6,
              .smaller_is_better = true});
}

// Seconds and CPU of one stretch of records, each.
struct Cost {
  double wall_us = 0;
  double cpu_us = 0;
};

Cost Stretch(Store& store, const Shape& shape, int first, int count) {
  std::vector<Intake> intakes = MakeMany(shape, first, count);
  const double cpu = CpuSeconds();
  const absl::Time start = absl::Now();
  Submit(store, std::move(intakes));
  return {absl::ToDoubleMicroseconds(absl::Now() - start) / count,
          (CpuSeconds() - cpu) / count * 1e6};
}

void Growth(const Arguments& arguments, const Shape& shape, Report& report) {
  constexpr int kStretch = 10000;
  const Folder folder(arguments.folder);
  std::unique_ptr<Store> store = OpenOrDie(folder.Path("store.db"));
  Cost early;
  Cost late;
  for (int done = 0; done < arguments.growth; done += kStretch) {
    late = Stretch(*store, shape, done, kStretch);
    if (done == 2 * kStretch) early = late;
  }
  report.Add({.name = "cost of a record, late against early",
              .value = late.cpu_us,
              .unit = "us CPU",
              .peer = absl::StrCat("at 20,000 stored; late is at ", arguments.growth),
              .ratio = late.cpu_us / early.cpu_us,
              .target = 1.25,
              .smaller_is_better = true});
  report.Add({.name = "time of a record, late against early",
              .value = late.wall_us,
              .unit = "us",
              .peer = "at 20,000 stored",
              .ratio = late.wall_us / early.wall_us,
              .target = 1.25,
              .smaller_is_better = true});
  report.Add({.name = "resident memory", .value = ResidentMegabytes(), .unit = "MB"});
  store.reset();
  const absl::Time start = absl::Now();
  store = OpenOrDie(folder.Path("store.db"));
  report.Add({.name = "opening",
              .value = absl::ToDoubleMilliseconds(absl::Now() - start),
              .unit = "ms",
              .target = 1000,
              .smaller_is_better = true});
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
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
