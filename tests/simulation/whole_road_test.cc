#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/delivery/engine.h"
#include "gateway/fhir/base_check.h"
#include "gateway/intake/intake.h"
#include "tests/gateway/delivery/scripted_connector.h"
#include "tests/gateway/intake/fake_mapper.h"
#include "tests/gateway/intake/records.h"
#include "tests/simulation/memory_store.h"
#include "tests/simulation/sender.h"
#include "tests/support/pipeline/one_mapper.h"
#include "tests/support/simulation/simulation.h"

// Streams, intake and delivery in one process, under one seed: senders whose connections break, a
// store that has no room now and then, a far side that is slow, down or asks to be left alone.
namespace kgw::test {
namespace {

using ::testing::IsEmpty;

constexpr uint32_t kSeeds = 300;
constexpr int kSenders = 3;
constexpr int kRecords = 12;  // of each sender
constexpr int kCap = 2;

class SimulationRandom final : public delivery::Random {
 public:
  explicit SimulationRandom(Simulation& simulation) : simulation_(simulation) {}
  double Draw() override { return simulation_.Draw(1000) / 1000.0; }

 private:
  Simulation& simulation_;
};

// A whole gateway but for its doors, its disk and its plug-ins.
class World {
 public:
  explicit World(uint32_t seed) : simulation_(seed), store_(simulation_), random_(simulation_) {
    auto rules = std::make_shared<intake::Rules>();
    rules->access = std::make_shared<access::Access>(access::Access::Development());
    rules->pipeline = std::make_shared<pipeline::Pipeline>(OneMapper(mapper_), validator_,
                                                           std::vector<privacy::Route>{kRoute});
    board_ = std::make_unique<intake::RulesBoard>(std::move(rules));
    intake_ = std::make_unique<intake::Intake>(
        intake::Intake::Parts{simulation_, simulation_, *board_, store_, intake_observer_},
        intake::Intake::Options{.tasks = 3, .max_batch = 2});
    delivery::DestinationRuntime destination;
    destination.route = kRoute;
    destination.connector = std::make_shared<delivery::ScriptedConnector>(
        [this](const delivery::Attempted& attempted, plugin::EmitSink& sink) {
          return Answer(attempted, sink);
        });
    destination.in_flight = kCap;
    engine_ = std::make_unique<delivery::DeliveryEngine>(
        delivery::DeliveryEngine::Dependencies{&simulation_, &store_, &simulation_, &random_,
                                               &delivery_observer_},
        std::vector<delivery::DestinationRuntime>{destination});
    for (int i = 0; i < kSenders; ++i) {
      senders_.push_back(std::make_unique<Sender>(simulation_,
                                                  intake::RecordStream::Parts{budget_, *intake_},
                                                  StrCat("sender-", i), RecordsOf(i)));
    }
  }

  // Whether everything came to its end.
  bool Run() {
    engine_->Start();
    for (const auto& sender : senders_) sender->Open();
    const bool ended = simulation_.RunUntil([this] {
      if (store_.InFlight() > kCap) wrongs_.insert("more in flight than the destination takes");
      return std::all_of(senders_.begin(), senders_.end(),
                         [](auto& each) { return each->done(); }) &&
             std::none_of(store_.deliveries().begin(), store_.deliveries().end(),
                          [](const auto& each) { return store::IsOpen(each.state); });
    });
    (void)engine_->Stop(absl::ZeroDuration());
    simulation_.RunUntil([] { return false; });
    return ended;
  }

  std::vector<std::string> Wrongs() const {
    std::vector<std::string> all(wrongs_.begin(), wrongs_.end());
    for (const auto& sender : senders_) {
      all.insert(all.end(), sender->wrongs().begin(), sender->wrongs().end());
    }
    all.insert(all.end(), store_.wrongs().begin(), store_.wrongs().end());
    return all;
  }
  const MemoryStore& store() const { return store_; }
  const std::string& trace() const { return simulation_.trace(); }
  const std::vector<std::string>& delivered() const { return delivered_; }

 private:
  inline static const privacy::Route kRoute = {.name = "ehr", .purpose = "TREAT"};

  // Two lanes a sender, and one record that cannot be read.
  static std::vector<std::string> RecordsOf(int sender) {
    std::vector<std::string> records;
    for (int i = 0; i < kRecords; ++i) {
      records.push_back(i == kRecords / 2
                            ? "no record"
                            : intake::PatientBytes(StrCat("P-", sender, "-", 10 + i), 1));
    }
    return records;
  }

  plugin::CallResult Answer(const delivery::Attempted& attempted, plugin::EmitSink& sink) {
    simulation_.Pass(simulation_.DrawDelay(absl::Milliseconds(300)));
    switch (simulation_.Draw(6)) {
      case 0:
        return delivery::Result(absl::UnavailableError("down"));
      case 1:
        return delivery::Result(absl::UnavailableError("busy"), absl::Seconds(3));
      case 2:
        return delivery::Result(absl::AbortedError("again"));
      default:
        for (const std::string& entry : attempted.entries) delivered_.push_back(entry);
        return delivery::DeliverAll(attempted, sink);
    }
  }

  Simulation simulation_;
  MemoryStore store_;
  intake::FakeMapper mapper_;
  fhir::BaseR4Validator validator_;
  intake::AdmissionBudget budget_{1500 * 4};
  intake::Observer intake_observer_;
  delivery::Observer delivery_observer_;
  SimulationRandom random_;
  std::unique_ptr<intake::RulesBoard> board_;
  std::unique_ptr<intake::Intake> intake_;
  std::unique_ptr<delivery::DeliveryEngine> engine_;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::vector<std::string> delivered_;
  std::set<std::string> wrongs_;
};

class WholeRoadTest : public ::testing::Test {};

TEST_F(WholeRoadTest, EverySeedBringsEachRecordThereOnceAndInOrder) {
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    World world(seed);
    ASSERT_TRUE(world.Run()) << world.trace();
    ASSERT_THAT(world.Wrongs(), IsEmpty()) << world.trace();
    // Each that can be read is stored once, those of one sender in the sender's order.
    const std::vector<std::string>& order = world.store().order();
    ASSERT_EQ(order.size(), kSenders * (kRecords - 1)) << world.trace();
    ASSERT_EQ(std::set<std::string>(order.begin(), order.end()).size(), order.size());
    for (int sender = 0; sender < kSenders; ++sender) {
      std::vector<std::string> mine;
      std::copy_if(order.begin(), order.end(), std::back_inserter(mine),
                   [&](const std::string& id) { return id.starts_with(StrCat("P-", sender)); });
      ASSERT_TRUE(std::is_sorted(mine.begin(), mine.end())) << world.trace();
    }
    // Each is delivered once, those of a lane in its order, and the store knows it.
    for (const auto& [lane, ids] : world.store().delivered()) {
      ASSERT_TRUE(std::is_sorted(ids.begin(), ids.end())) << lane << "\n" << world.trace();
    }
    ASSERT_EQ(world.delivered().size(), order.size());
    for (const MemoryStore::Delivery& each : world.store().deliveries()) {
      ASSERT_EQ(each.state, store::DeliveryState::kDelivered) << each.key.record.name.id;
    }
  }
}

TEST_F(WholeRoadTest, TheSameSeedGivesTheSameRun) {
  std::set<std::string> different;
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    World first(seed);
    World second(seed);
    ASSERT_TRUE(first.Run() && second.Run());
    ASSERT_EQ(first.trace(), second.trace());
    different.insert(first.trace());
  }
  EXPECT_EQ(different.size(), 20) << "seeds that change nothing try nothing";
}

}  // namespace
}  // namespace kgw::test
