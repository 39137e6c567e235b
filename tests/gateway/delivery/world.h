#ifndef TESTS_GATEWAY_DELIVERY_WORLD_H_
#define TESTS_GATEWAY_DELIVERY_WORLD_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/thread_pool.h"
#include "gateway/delivery/engine.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/gateway/delivery/scripted_connector.h"
#include "tests/gateway/store/samples.h"
#include "tests/gateway/store/scratch.h"

namespace kgw::delivery {

// A clock that a test moves; both hands move together unless the wall jumps.
class TestClock : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixNanos(wall_.load()); }
  int64_t MonotonicNanos() const override { return monotonic_.load(); }
  void Advance(absl::Duration duration) {
    wall_ += absl::ToInt64Nanoseconds(duration);
    monotonic_ += absl::ToInt64Nanoseconds(duration);
  }
  void JumpWall(absl::Duration duration) { wall_ += absl::ToInt64Nanoseconds(duration); }

 private:
  std::atomic<int64_t> wall_{int64_t{1'780'000'000} * 1'000'000'000};
  std::atomic<int64_t> monotonic_{1'000'000'000};
};

class HalfRandom : public Random {
 public:
  double Draw() override { return 0.5; }
};

// Waits for something that other threads bring about; false after ten seconds.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// "waits for Visit V-1 (not received)" without what stands in brackets.
inline std::string WithoutNotes(std::string text) {
  for (size_t begin = text.find(" ("); begin != std::string::npos; begin = text.find(" (")) {
    text.erase(begin, text.find(')', begin) + 1 - begin);
  }
  return text;
}

// The engine over the real store, with one scripted destination.
class EngineTest : public ::testing::Test {
 protected:
  EngineTest() : connector_(std::make_shared<ScriptedConnector>(&DeliverAll)) {
    Reopen();
    destination_.route = {.name = store::kEhr, .purpose = "TREAT"};
    destination_.plugin = "scripted";
    destination_.connector = connector_;
    destination_.backoff = {absl::Seconds(2), absl::Minutes(5)};
    destination_.circuit = {3, absl::Seconds(10), absl::Minutes(2)};
  }

  // As another process would find the store; without an engine.
  void Reopen() {
    engine_.reset();
    store_.reset();
    store::SqliteOptions options;
    options.path = scratch_.Path("kap.db");
    options.clock = &clock_;
    auto opened = store::OpenSqliteStore(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  void Start() {
    engine_ = std::make_unique<DeliveryEngine>(
        DeliveryEngine::Dependencies{&executor_, store_.get(), &clock_, &random_, &observer_},
        std::vector<DestinationRuntime>{destination_});
    engine_->Start();
  }
  RecordKey Add(const std::string& id, const std::string& patient = "P-1", int64_t version = 1,
                std::vector<RecordName> references = {}, bool test_data = false) {
    const RecordKey key = store::KeyOf("Session", id, version);
    store::NewVersion intake = store::IntakeOf(key, patient);
    intake.references = std::move(references);
    intake.test_data = test_data;
    EXPECT_TRUE(store::Commit(*store_, std::move(intake)).ok());
    return key;
  }
  store::DeliveryRow Row(const RecordKey& key) {
    const auto rows = store_->GetDeliveries(key);
    EXPECT_TRUE(rows.ok() && rows->size() == 1) << rows.status();
    return rows->front();
  }
  bool Becomes(const RecordKey& key, store::DeliveryState state) {
    return Eventually([&] { return Row(key).state == state; });
  }
  bool Attempts(size_t count) {
    return Eventually([&] { return connector_->attempts().size() >= count; });
  }
  void Advance(absl::Duration duration) {
    clock_.Advance(duration);
    engine_->Wake();
  }

  store::Scratch scratch_;
  TestClock clock_;
  HalfRandom random_;
  Observer observer_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<ScriptedConnector> connector_;
  DestinationRuntime destination_;
  ThreadPool executor_{DeliveryEngine::kMostAttempts + 1};
  std::unique_ptr<DeliveryEngine> engine_;
};

}  // namespace kgw::delivery

#endif  // TESTS_GATEWAY_DELIVERY_WORLD_H_
