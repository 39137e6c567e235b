#include "tests/bench/delivery/round.h"

#include <fstream>
#include <set>
#include <string_view>
#include <thread>

#include "tests/bench/delivery/bare_curl.h"
#include "tests/bench/delivery/records.h"
#include "tests/bench/support/golden.h"
#include "tests/bench/support/ledger.h"
#include "tests/bench/support/load.h"
#include "tests/bench/support/program.h"

namespace kgw::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using support::ChildProcess;
using support::Usage;

constexpr size_t kBodiesKept = 256;
constexpr int kUnanswered = 64;
constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kShort = std::chrono::milliseconds(50);
// After it the store's own work for what was taken in is over.
constexpr auto kSettle = std::chrono::milliseconds(500);

double SecondsSince(steady_clock::time_point start, steady_clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

// As many as the golden bundle has: none of the gateway's own figures.
size_t ResourcesOfSession() {
  const std::string bundle = GoldenText("tests/golden/Session/large.bundle.json");
  constexpr std::string_view kEntry = "\"fullUrl\"";
  size_t count = 0;
  for (size_t at = bundle.find(kEntry); at != std::string::npos; at = bundle.find(kEntry, at + 1)) {
    ++count;
  }
  return count;
}

template <typename Condition>
void Await(const char* what, const Condition& condition) {
  const auto deadline = steady_clock::now() + kPatience;
  while (!condition()) {
    if (steady_clock::now() > deadline) Die(std::string("a minute was not enough for ") + what);
    std::this_thread::sleep_for(kShort);
  }
}

void Submit(const ChildProcess& gateway, const std::vector<std::string>& records) {
  const LoadResult load = UnaryLoad(gateway.Value("grpc"), records, kUnanswered);
  if (load.wrong != 0 || load.answered != static_cast<int64_t>(records.size())) {
    Die("not every record was taken");
  }
}

// Every delivery that the ledger has is delivered, and there are so many.
void AwaitLedger(const ChildProcess& gateway, size_t deliveries) {
  Await("the ledger to show every delivery", [&] {
    const Deliveries ledger = DeliveriesInLedger(gateway.Value("grpc"));
    if (ledger.created != static_cast<int64_t>(deliveries)) Die("the ledger has other deliveries");
    return ledger.delivered == ledger.created;
  });
}

}  // namespace

DeliveryRounds::DeliveryRounds(const Settings& settings)
    : settings_(settings),
      folder_(settings.out.parent_path() / "delivery-stores"),
      surroundings_(Surroundings(settings.patients)),
      sessions_(Sessions(settings.sessions, settings.patients)),
      resources_(ResourcesOfSession()) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
}

DeliveryRounds::~DeliveryRounds() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string DeliveryRounds::NewConfiguration() {
  const fs::path name = folder_ / std::to_string(++stores_);
  std::ofstream(name.string() + ".yaml")
      << "development: true\n"
      << "store:\n  path: " << name.string() << ".db\n"
      << "plugins:\n  paths: [plugins]\n"
      << "destinations:\n  - name: receiver\n    plugin: fhir_rest\n    url: " << receiver_.url()
      << "\n    purpose: TREAT\n    people: create\n    timeout: 120s\n    in_flight: "
      << settings_.in_flight << "\n";
  return name.string() + ".yaml";
}

void DeliveryRounds::CheckReceived(const Received& received) const {
  const std::set<std::string_view> different(received.written.begin(), received.written.end());
  if (received.transactions != static_cast<int64_t>(sessions_.size())) Die("not one each");
  if (different.size() != received.written.size()) Die("a resource came twice");
  if (different.size() != sessions_.size() * resources_) Die("a resource was lost");
}

DeliveryRound DeliveryRounds::Gateway(const fs::path& build) {
  const auto gateway = Started({build / "kap-gateway", "--config", NewConfiguration()});
  receiver_.Count(0);
  Submit(*gateway, surroundings_);
  receiver_.WaitFor(static_cast<int64_t>(surroundings_.size()));
  AwaitLedger(*gateway, surroundings_.size());

  receiver_.Hold();
  Submit(*gateway, sessions_);
  Await("as many to be on their way as may be",
        [&] { return receiver_.held() == settings_.in_flight; });
  std::this_thread::sleep_for(kSettle);

  receiver_.Count(kBodiesKept);
  const Usage before = gateway->Read();
  const auto start = steady_clock::now();
  receiver_.Release();
  receiver_.WaitFor(static_cast<int64_t>(sessions_.size()));
  std::this_thread::sleep_for(kShort);  // the last are journalled
  const Usage after = gateway->Read();
  Received received = receiver_.Counted();
  AwaitLedger(*gateway, surroundings_.size() + sessions_.size());
  CheckReceived(received);
  bodies_ = std::move(received.bodies);

  // Those that were held had been made before.
  const auto all = static_cast<double>(sessions_.size());
  const double here = all - settings_.in_flight;
  DeliveryRound round;
  const double seconds = SecondsSince(start, received.last);
  round.per_second = here / seconds;
  round.cpu_us = (after.cpu_seconds - before.cpu_seconds) * 1e6 / here;
  round.receiver_cpu_us = received.cpu_us / all;
  round.receiver_busy = received.cpu_us / 1e6 / seconds;
  round.requests = static_cast<double>(received.requests) / all;
  round.body_bytes = static_cast<double>(received.body_bytes) / all;
  round.resources = static_cast<double>(received.written.size()) / all;
  round.peak_megabytes = static_cast<double>(after.peak_bytes) / (1024.0 * 1024.0);
  round.disk_bytes =
      static_cast<double>(gateway->Ended().bytes_written - before.bytes_written) / here;
  return round;
}

DeliveryRound DeliveryRounds::Bare() {
  receiver_.Count(0);
  const BareCost cost = PostBare(receiver_.url(), bodies_, settings_.sessions, settings_.in_flight);
  const Received received = receiver_.Counted();
  if (received.transactions != settings_.sessions) Die("libcurl alone did not post each once");
  const auto all = static_cast<double>(settings_.sessions);
  DeliveryRound round;
  round.per_second = all / cost.seconds;
  round.cpu_us = cost.cpu_us;
  round.receiver_cpu_us = received.cpu_us / all;
  round.receiver_busy = received.cpu_us / 1e6 / cost.seconds;
  round.requests = static_cast<double>(received.requests) / all;
  round.body_bytes = static_cast<double>(received.body_bytes) / all;
  return round;
}

}  // namespace kgw::bench
