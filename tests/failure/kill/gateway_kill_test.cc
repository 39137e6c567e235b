// The running gateway is killed again and again while callers wait and deliveries are in flight,
// and started again; at the end nothing may be lost and nothing doubled, by the FHIR server's own
// count. Once with ids of ours, where the same request again does no harm, and once with ids of the
// server, where it would make everything twice. Records that were first in line when the gateway
// was killed are corrected at once by a version that has lost a reading. KGW_KILLS sets how many
// times (25 and 5).
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "gateway/base/json.h"
#include "gateway/ctl/client.h"
#include "gateway/ctl/synth.h"
#include "gateway/ctl/synth_random.h"
#include "tests/failure/kill/load.h"
#include "tests/integration/fhir_rest/hapi.h"
#include "tests/support/process/child_process.h"

namespace kgw {
namespace {

namespace fs = std::filesystem;
namespace v1 = gateway::v1;
using support::ChildProcess;

constexpr int kInFlight = 48;
constexpr int kFewestUnanswered = 16;
constexpr size_t kFewestUnsent = 110;
constexpr uint64_t kSeed = 20261124;
// What is under way (1 is DeliveryState::kInFlight as the store writes it), and what goes out next.
constexpr char kFirstInLine[] =
    "SELECT n.ext, d.state FROM delivery d JOIN name n ON n.id = d.name "
    "WHERE d.state < 2 AND d.head = 1 ORDER BY d.state DESC, d.id LIMIT 40";

// Who gives the ids: a value of the connector's setting `ids`, and how often it is tried.
struct Variant {
  const char* name;
  const char* ids;
  int kills;
  int soak_kills;
};
constexpr Variant kVariants[] = {{"IdsOfOurs", "ours", 25, 200},
                                 {"IdsOfTheServer", "auto", 5, 100}};

std::string Environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : value;
}

struct Line {
  int in_flight = 0;
  std::set<std::string> ids;  // of the records first in line, those in flight among them
};

// As the dead gateway's files say, read from a copy so that they stay as the kill left them.
std::optional<Line> ReadLine(const fs::path& store, const fs::path& copy) {
  for (const char* part : {"", "-wal"}) {
    std::error_code error;
    fs::copy_file(store.string() + part, copy.string() + part, fs::copy_options::overwrite_existing,
                  error);
  }
  sqlite3* db = nullptr;
  sqlite3_stmt* find = nullptr;
  Line line;
  int code = SQLITE_ERROR;
  if (sqlite3_open_v2(copy.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(db, kFirstInLine, -1, &find, nullptr) == SQLITE_OK) {
    while ((code = sqlite3_step(find)) == SQLITE_ROW) {
      line.ids.insert(reinterpret_cast<const char*>(sqlite3_column_text(find, 0)));
      line.in_flight += sqlite3_column_int(find, 1);
    }
  }
  sqlite3_finalize(find);
  sqlite3_close(db);
  if (code != SQLITE_DONE) return std::nullopt;
  return line;
}

class GatewayKillTest : public ::testing::TestWithParam<Variant> {
 protected:
  void SetUp() override {
    if (!Hapi::Built()) GTEST_SKIP() << "SKIPPED: HAPI FHIR is not built; run scripts/setup";
    std::string form = (fs::temp_directory_path() / "kgw-kill-XXXXXX").string();
    folder_ = mkdtemp(form.data());
    // The server's database lies in its memory: thousands of records need more than a few do.
    if (Kills() > 50) setenv("HAPI_JAVA_OPTS", "-Xmx6g -XX:+UseSerialGC", 0);
    hapi_ = std::make_unique<Hapi>();
    ASSERT_FALSE(hapi_->url().empty()) << "HAPI FHIR did not start";
  }

  void TearDown() override {
    gateway_.reset();
    hapi_.reset();
    if (folder_.empty()) return;
    if (HasFailure()) {
      std::printf("the gateway's log: %s\n", (folder_ / "gateway.log").c_str());
    } else {
      fs::remove_all(folder_);
    }
  }

  static int Kills() {
    const char* wanted = std::getenv("KGW_KILLS");
    if (wanted != nullptr) return std::atoi(wanted);
    return std::getenv("KGW_SOAK") == nullptr ? GetParam().kills : GetParam().soak_kills;
  }

  void StartGateway() {
    const std::string program = Environment("KGW_BIN_DIR", "build/bin") + "/kap-gateway";
    gateway_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{
            program, "--config", "deploy/config/demo.yaml", "--set",
            "store.path=" + (folder_ / "gateway.db").string(), "--set",
            "destinations[0].url=" + hapi_->url(), "--set",
            std::string("destinations[0].settings[0].value=") + GetParam().ids},
        (folder_ / "gateway.log").string());
    ASSERT_FALSE(gateway_->ready_line().empty()) << "the gateway did not come back";
  }

  // Records for one more round: new patients' courses.
  void AddRecords(int courses) {
    const ctl::RecordSink take = [this](const kap::v1::Record& record) {
      records_.push_back(record);
    };
    if (records_.empty()) ctl::SynthDirectory(synth_, take);
    for (int i = 0; i < courses; ++i) {
      ctl::SynthCourse(synth_, ++courses_, absl::CivilDay(2026, 3, 2), take);
    }
  }

  // New versions without their last reading of vital signs, ahead of everything else.
  void Correct(const std::set<std::string>& ids) {
    std::vector<kap::v1::Record> newer;
    for (const kap::v1::Record& record : records_) {
      const bool known = ids.count(record.id()) != 0 && corrected_.count(record.id()) == 0;
      const int readings = record.session().vitals_size() + record.screening().vitals_size();
      if (!known || readings == 0) continue;
      corrected_.insert(record.id());
      newer.push_back(record);
      newer.back().set_version(record.version() + 1);
      (record.has_session() ? newer.back().mutable_session()->mutable_vitals()
                            : newer.back().mutable_screening()->mutable_vitals())
          ->RemoveLast();
    }
    records_.insert(records_.begin(), newer.begin(), newer.end());
  }

  // Lets the gateway work, kills it, and answers whether it was busy enough to count.
  bool KillOnce(int round) {
    const int wanted = random_.Between(1, 40);
    load_.Start(gateway_->Value("grpc"), records_, kInFlight);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while ((load_.answered() < wanted || load_.unanswered() < kFewestUnanswered) &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    const int unanswered = load_.unanswered();
    gateway_->Stop(SIGKILL);
    load_.Wait();
    const auto line = ReadLine(folder_ / "gateway.db", folder_ / "copy.db");
    EXPECT_TRUE(line.has_value()) << "the store of the killed gateway could not be read";
    if (!line.has_value()) return false;
    const bool counts = unanswered >= kFewestUnanswered && line->in_flight > 0;
    std::printf("kill %d: %d answers, %d calls unanswered, %d deliveries in flight%s\n", round,
                load_.answered(), unanswered, line->in_flight,
                counts ? "" : " (too idle to count)");
    Correct(line->ids);
    StartGateway();
    return counts;
  }

  ctl::Client Connect() {
    ctl::Connection connection;
    connection.server = gateway_->Value("grpc");
    auto client = ctl::Client::Connect(connection);
    EXPECT_TRUE(client.ok());
    return *std::move(client);
  }

  void SendTheRest() {
    for (int attempt = 0; attempt < 5; ++attempt) {
      load_.Start(gateway_->Value("grpc"), records_, kInFlight);
      if (load_.Wait() == 0) return;
    }
    FAIL() << "a gateway that was left alone did not take the rest";
  }

  // After many kills much is left to deliver, and the FHIR server sets the pace: what counts is
  // that it goes on.
  void WaitForDeliveries() {
    ctl::Client client = Connect();
    constexpr auto kPatience = std::chrono::minutes(5);
    uint64_t fewest = UINT64_MAX;
    auto since = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - since < kPatience) {
      const auto destinations = client.ListDestinations(v1::ListDestinationsRequest());
      ASSERT_TRUE(destinations.ok()) << destinations.status();
      const v1::Destination& hospital = destinations->destinations(0);
      const uint64_t open = hospital.pending() + hospital.in_flight() + hospital.held();
      if (open == 0) return;
      if (open < fewest) since = std::chrono::steady_clock::now();
      fewest = std::min(fewest, open);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    FAIL() << fewest << " deliveries did not end";
  }

  // Every receipt that was given stands for a record that is mapped, or older than one that is.
  void ExpectNothingLost() {
    ctl::Client client = Connect();
    ASSERT_EQ(load_.receipts().size(), records_.size());
    EXPECT_EQ(load_.contradictions(), 0) << "receipts that changed";
    std::map<std::string, std::string> stored;
    v1::ListRecordsRequest request;
    request.set_tenant(synth_.tenant);
    request.set_page_size(1000);
    do {
      const auto page = client.ListRecords(request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const v1::RecordSummary& record : page->records()) {
        EXPECT_TRUE(record.state() == v1::RECORD_STATE_MAPPED ||
                    record.state() == v1::RECORD_STATE_SUPERSEDED)
            << record.key().ShortDebugString();
        const std::string key = record.key().id() + "/" + std::to_string(record.key().version());
        EXPECT_TRUE(stored.emplace(key, record.receipt()).second) << "a record twice";
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(stored, load_.receipts());
    const auto ledger = client.CheckLedger(v1::CheckLedgerRequest());
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    EXPECT_TRUE(ledger->agrees()) << ledger->ShortDebugString();
  }

  // Each resource is at the FHIR server, and the server has no other: neither one made twice, nor
  // one that an interrupted version left and a newer one does not know of.
  void ExpectNothingDoubled() {
    ctl::Client client = Connect();
    std::map<std::string, std::set<std::string>> remote;  // by type
    std::map<std::string, std::string> places;            // ours, theirs
    size_t replaced = 0;
    v1::ListDeliveriesRequest request;
    request.set_tenant(synth_.tenant);
    request.set_page_size(1000);
    do {
      const auto page = client.ListDeliveries(request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const v1::Delivery& delivery : page->deliveries()) {
        const bool older = delivery.state() == v1::DELIVERY_STATE_CANCELLED &&
                           delivery.error().class_() == "replaced";
        replaced += older ? 1 : 0;
        EXPECT_TRUE(older || delivery.state() == v1::DELIVERY_STATE_DELIVERED)
            << delivery.ShortDebugString();
        for (const v1::DeliveryEntry& entry : delivery.entries()) {
          if (entry.remote().empty()) continue;
          const auto [known, first] = places.emplace(entry.resource(), entry.remote());
          EXPECT_EQ(known->second, entry.remote()) << "one of ours became two of theirs";
          remote[entry.remote().substr(0, entry.remote().find('/'))].insert(entry.remote());
        }
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    size_t distinct = 0;
    for (const auto& [type, ids] : remote) {
      distinct += ids.size();
      const Hapi::Answer answer = hapi_->Ask("GET", type + "?_summary=count");
      const auto counted = json::Document::Parse(answer.body);
      ASSERT_TRUE(counted.ok()) << answer.status;
      EXPECT_EQ(*counted->root().Find("total").AsInt64(), static_cast<int64_t>(ids.size())) << type;
    }
    EXPECT_EQ(distinct, places.size()) << "two of ours became one of theirs";
    std::printf("%zu records, %zu resources, each at the FHIR server once\n", records_.size(),
                places.size());
    std::printf("%zu corrected, %zu of them before the older version was delivered\n",
                corrected_.size(), replaced);
  }

  fs::path folder_;
  std::unique_ptr<Hapi> hapi_;
  std::unique_ptr<ChildProcess> gateway_;
  ctl::SynthOptions synth_;
  ctl::SynthRandom random_{kSeed};
  std::vector<kap::v1::Record> records_;
  std::set<std::string> corrected_;
  int courses_ = 0;
  Load load_;
};

TEST_P(GatewayKillTest, LosesNothingAndDoublesNothing) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  AddRecords(8);
  StartGateway();
  int counted = 0;
  for (int round = 1; counted < Kills() && !HasFatalFailure(); ++round) {
    ASSERT_LE(round, 3 * Kills()) << "the gateway is hardly ever busy when it is killed";
    // Enough to be in the midst of them when the kill comes.
    while (records_.size() < load_.receipts().size() + kFewestUnsent) AddRecords(1);
    if (KillOnce(round)) ++counted;
  }
  SendTheRest();
  WaitForDeliveries();
  if (HasFatalFailure()) return;
  ExpectNothingLost();
  ExpectNothingDoubled();
}

INSTANTIATE_TEST_SUITE_P(Hapi, GatewayKillTest, ::testing::ValuesIn(kVariants),
                         [](const auto& variant) { return std::string(variant.param.name); });

}  // namespace
}  // namespace kgw
