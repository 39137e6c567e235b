// The end of a delivery whose entries were settled in several attempts, and a connector's own end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "gateway/delivery/unit_json.h"
#include "tests/gateway/delivery/world.h"

namespace kgw::delivery {
namespace {

using store::DeliveryState;

// All entries get `state`; then `status`.
ScriptedConnector::Script SettleAll(const std::string& state, absl::Status status) {
  return [=](const Attempted& attempted, plugin::EmitSink& sink) {
    for (const std::string& entry : attempted.entries) {
      const absl::Status emitted =
          sink.OnEmit({"application/vnd.kgw.entry+json", entry,
                       R"({"state":")" + state + R"(","remote":"Observation/1"})"});
      EXPECT_TRUE(emitted.ok()) << emitted;
    }
    return Result(status);
  };
}

// The process ends between the last result and the end of the attempt.
TEST_F(EngineTest, WhatNobodyTookIsUnsupportedThoughAnEarlierAttemptFoundOut) {
  const RecordKey key = Add("S-1");
  const auto units = store::Claim(*store_, store::kEhr, 1, clock_.Now());
  ASSERT_EQ(units->size(), 1u);
  std::vector<store::EntryResult> results;
  for (const store::Resource& resource : units->front().resources) {
    results.push_back({resource.reference(), store::EntryState::kUnsupported, "", ""});
  }
  ASSERT_TRUE(store::JournalEntries(*store_, {key, store::kEhr}, results).ok());
  Reopen();
  Start();
  ASSERT_TRUE(Becomes(key, DeliveryState::kUnsupported));
  EXPECT_EQ(Row(key).error.error_class, store::ErrorClass::kUnsupported);
  EXPECT_TRUE(connector_->attempts().empty());
}

TEST_F(EngineTest, WhatAnEarlierAttemptPlacedIsDeliveredThoughTheRestIsNotTaken) {
  connector_->Become([](const Attempted& attempted, plugin::EmitSink& sink) {
    Attempted first = attempted;
    first.entries.resize(1);
    EXPECT_TRUE(DeliverAll(first, sink).status.ok());
    return Result(absl::UnavailableError("the rest later"));
  });
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  connector_->Become(SettleAll("unsupported", absl::UnimplementedError("none of these")));
  Advance(absl::Seconds(5));
  ASSERT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(Row(key).error.error_class, store::ErrorClass::kNone);
}

TEST_F(EngineTest, OkForNothingTakenIsUnsupported) {
  connector_->Become(SettleAll("unsupported", absl::OkStatus()));
  Start();
  EXPECT_TRUE(Becomes(Add("S-1"), DeliveryState::kUnsupported));
}

// A connector that takes its time to be taken apart, as one that joins a thread of its own.
class SlowToEnd : public ScriptedConnector {
 public:
  SlowToEnd(std::promise<void>* begun, std::shared_future<void> end)
      : ScriptedConnector(&DeliverAll), begun_(begun), end_(std::move(end)) {}
  ~SlowToEnd() override {
    begun_->set_value();
    end_.wait();
  }

 private:
  std::promise<void>* const begun_;
  const std::shared_future<void> end_;
};

TEST_F(EngineTest, AConnectorThatIsSlowToEndStopsNobody) {
  std::promise<void> begun;
  std::promise<void> end;
  const std::shared_ptr<ScriptedConnector> next = connector_;
  connector_ = std::make_shared<SlowToEnd>(&begun, end.get_future().share());
  destination_.connector = std::exchange(connector_, next);
  Start();
  EXPECT_TRUE(Becomes(Add("S-1"), DeliveryState::kDelivered));
  destination_.connector = next;
  auto configured = std::async(std::launch::async, [this] { engine_->Configure({destination_}); });
  begun.get_future().wait();
  const RecordKey key = Add("S-2");
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(engine_->Snapshot().size(), 1u);
  end.set_value();
  configured.get();
}

}  // namespace
}  // namespace kgw::delivery
