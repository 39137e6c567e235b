#include "gateway/delivery/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/gateway/delivery/world.h"

namespace kgw::delivery {
namespace {

using store::DeliveryState;
using ::testing::HasSubstr;

TEST_F(EngineTest, DeliversWhatIsThereAndWhatComes) {
  const RecordKey before = Add("S-1");
  Start();
  EXPECT_TRUE(Becomes(before, DeliveryState::kDelivered));
  const RecordKey after = Add("S-2");
  EXPECT_TRUE(Becomes(after, DeliveryState::kDelivered));
  EXPECT_EQ(Row(after).entries.size(), 2u);
  EXPECT_EQ(engine_->Snapshot().at(0).state, "ready");
  EXPECT_TRUE(Eventually([&] { return engine_->Snapshot().at(0).delivered == 2; }));
}

TEST_F(EngineTest, OneAtATimeWithinALaneAndLanesAtOnce) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::mutex mutex;
  std::vector<std::string> order;
  connector_->Become([&](const Attempted& attempted, plugin::EmitSink& sink) {
    most = std::max(most.load(), ++running);
    {
      std::lock_guard<std::mutex> lock(mutex);
      const auto document = json::Document::Parse(attempted.unit_json);
      order.emplace_back(document->root().Find("record").TextOf("id"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    --running;
    return DeliverAll(attempted, sink);
  });
  std::vector<RecordKey> keys;
  for (int i = 0; i < 4; ++i) {
    keys.push_back(Add(absl::StrCat("a", i), "P-1"));
    keys.push_back(Add(absl::StrCat("b", i), "P-2"));
  }
  Start();
  for (const RecordKey& key : keys) EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(most, 2);
  std::lock_guard<std::mutex> lock(mutex);
  for (const char lane : {'a', 'b'}) {
    std::string seen;
    for (const std::string& id : order) {
      if (id[0] == lane) seen += id[1];
    }
    EXPECT_EQ(seen, "0123");
  }
}

TEST_F(EngineTest, TheCapOfADestinationHolds) {
  destination_.in_flight = 2;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  connector_->Become([&](const Attempted& attempted, plugin::EmitSink& sink) {
    most = std::max(most.load(), ++running);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    --running;
    return DeliverAll(attempted, sink);
  });
  std::vector<RecordKey> keys;
  for (int i = 0; i < 8; ++i) keys.push_back(Add(absl::StrCat("S", i), absl::StrCat("P", i)));
  Start();
  for (const RecordKey& key : keys) EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(most, 2);
}

TEST_F(EngineTest, AgainLaterWaitsForItsTimeAndKeepsTheWords) {
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  const store::DeliveryRow row = Row(key);
  EXPECT_EQ(row.next_due, clock_.Now() + absl::Seconds(1));  // half of two seconds
  EXPECT_EQ(row.error.error_class, store::ErrorClass::kUnavailable);
  EXPECT_EQ(row.error.text, "no");
  EXPECT_EQ(row.error.request_id, "r-9");
  Advance(absl::Milliseconds(900));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(connector_->attempts().size(), 1u);
  connector_->Become(&DeliverAll);
  Advance(absl::Milliseconds(100));
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(Row(key).attempts, 2);
}

TEST_F(EngineTest, RetryAfterIsObeyedAndPausesTheDestination) {
  connector_->Become(
      FailWith(absl::ResourceExhaustedError("slow down"), "unavailable", absl::Seconds(60)));
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  EXPECT_EQ(Row(key).next_due, clock_.Now() + absl::Seconds(61));
  EXPECT_TRUE(Eventually([&] { return engine_->Snapshot().at(0).state == "circuit_open"; }));
  Add("S-2", "P-2");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(connector_->attempts().size(), 1u);
  connector_->Become(&DeliverAll);
  Advance(absl::Seconds(62));
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
}

TEST_F(EngineTest, TheCircuitOpensAndOneProbeClosesIt) {
  destination_.in_flight = 1;
  destination_.backoff = {absl::Milliseconds(1), absl::Milliseconds(1)};
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Start();
  const RecordKey key = Add("S-1");
  for (size_t attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_TRUE(Attempts(attempt));
    ASSERT_TRUE(Eventually([&] { return Row(key).state == DeliveryState::kPending; }));
    Advance(absl::Milliseconds(5));
  }
  ASSERT_TRUE(Eventually([&] { return engine_->Snapshot().at(0).state == "circuit_open"; }));
  EXPECT_THAT(engine_->Snapshot().at(0).detail, HasSubstr("did not answer 3 times"));
  const RecordKey other = Add("S-2", "P-2");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(connector_->attempts().size(), 3u);
  connector_->Become(&DeliverAll);
  Advance(absl::Seconds(11));
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(other, DeliveryState::kDelivered));
  EXPECT_EQ(engine_->Snapshot().at(0).state, "ready");
}

TEST_F(EngineTest, WhatWillNeverSucceedIsDeadWithTheFarSidesWords) {
  connector_->Become(FailWith(absl::InvalidArgumentError("x"), "rejected"));
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Becomes(key, DeliveryState::kDead));
  EXPECT_EQ(Row(key).error.error_class, store::ErrorClass::kRejected);
  EXPECT_EQ(Row(key).error.http_status, 422);
  connector_->Become(&DeliverAll);
  ASSERT_TRUE(store_->RetryDelivery({key, store::kEhr}, "fixed").ok());
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
}

TEST_F(EngineTest, WhoIsNotFoundHoldsTheLaneUntilSomebodyRetries) {
  connector_->Become(FailWith(absl::FailedPreconditionError("x"), "unlinked"));
  Start();
  const RecordKey first = Add("S-1");
  const RecordKey second = Add("S-2");
  ASSERT_TRUE(Becomes(first, DeliveryState::kHeld));
  EXPECT_EQ(Row(first).error.error_class, store::ErrorClass::kUnlinked);
  Advance(absl::Hours(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(Row(second).state, DeliveryState::kPending);
  connector_->Become(&DeliverAll);
  ASSERT_TRUE(store_->RetryDelivery({first, store::kEhr}, "linked by hand").ok());
  EXPECT_TRUE(Becomes(second, DeliveryState::kDelivered));
}

TEST_F(EngineTest, APrerequisiteIsWaitedForByNameAndWakesTheLane) {
  Start();
  const RecordKey key = Add("S-1", "P-1", 1, {{store::kTenant, "kap-ehr", "Practitioner", "T-1"}});
  ASSERT_TRUE(Becomes(key, DeliveryState::kHeld));
  EXPECT_EQ(Row(key).error.error_class, store::ErrorClass::kWaiting);
  EXPECT_EQ(Row(key).error.text, "waits for Practitioner T-1 (not received)");
  EXPECT_EQ(connector_->attempts().size(), 0u);
  EXPECT_EQ(Row(key).attempts, 0u) << "nothing was sent";
  store::NewVersion person = store::IntakeOf(store::KeyOf("Practitioner", "T-1"), "");
  ASSERT_TRUE(store::Commit(*store_, std::move(person)).ok());
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_EQ(Row(key).attempts, 1u);
}

TEST_F(EngineTest, WhatTheFarSideDoesNotTakeIsUnsupported) {
  connector_->Become(FailWith(absl::UnimplementedError("x"), "unsupported"));
  Start();
  EXPECT_TRUE(Becomes(Add("S-1"), DeliveryState::kUnsupported));
}

TEST_F(EngineTest, TestDataDoesNotLeaveForProduction) {
  destination_.route.production = true;
  Start();
  const RecordKey key = Add("S-1", "P-1", 1, {}, /*test_data=*/true);
  ASSERT_TRUE(Becomes(key, DeliveryState::kWithheld));
  EXPECT_THAT(Row(key).error.text, HasSubstr("test data"));
  EXPECT_TRUE(Becomes(Add("S-2"), DeliveryState::kDelivered));
  EXPECT_EQ(connector_->attempts().size(), 1u);
}

TEST_F(EngineTest, OkWithoutResultsIsNotBelievedAndHasAnEnd) {
  destination_.backoff = {absl::Milliseconds(1), absl::Milliseconds(1)};
  connector_->Become([](const Attempted&, plugin::EmitSink&) { return Result(absl::OkStatus()); });
  Start();
  const RecordKey key = Add("S-1");
  for (int i = 0; i < kProtocolAttempts; ++i) {
    ASSERT_TRUE(Attempts(static_cast<size_t>(i) + 1));
    ASSERT_TRUE(Eventually([&] { return Row(key).state != DeliveryState::kInFlight; }));
    Advance(absl::Seconds(1));
  }
  ASSERT_TRUE(Becomes(key, DeliveryState::kDead));
  EXPECT_EQ(Row(key).error.error_class, store::ErrorClass::kProtocol);
  EXPECT_THAT(Row(key).error.text, HasSubstr("2 entries without a result"));
}

TEST_F(EngineTest, WhatAnAttemptSettledIsNotSentAgain) {
  connector_->Become([](const Attempted& attempted, plugin::EmitSink& sink) {
    Attempted first = attempted;
    first.entries.resize(1);
    EXPECT_TRUE(DeliverAll(first, sink).status.ok());
    return Result(absl::AbortedError("the rest later"));
  });
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  connector_->Become(&DeliverAll);
  Advance(absl::Seconds(2));
  ASSERT_TRUE(Becomes(key, DeliveryState::kDelivered));
  ASSERT_EQ(connector_->attempts().size(), 2u);
  EXPECT_EQ(connector_->attempts()[1].entries.size(), 1u);
  EXPECT_NE(connector_->attempts()[1].entries[0], connector_->attempts()[0].entries[0]);
}

TEST_F(EngineTest, AnIntentIsDurableAndToldToTheNextAttempt) {
  connector_->Become([this](const Attempted& attempted, plugin::EmitSink& sink) {
    const absl::Status status = sink.OnEmit({"application/vnd.kgw.intent+json", "",
                                             R"({"entries":[")" + attempted.entries[0] + "\"]}"});
    EXPECT_TRUE(status.ok());
    const auto rows = store_->GetDeliveries(store::KeyOf("Session", "S-1"));
    EXPECT_EQ(rows->at(0).entries.at(0).state, store::EntryState::kIntended);
    return Result(absl::AbortedError("answer lost"));
  });
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  connector_->Become(&DeliverAll);
  Advance(absl::Seconds(2));
  ASSERT_TRUE(Becomes(key, DeliveryState::kDelivered));
  EXPECT_THAT(connector_->attempts()[1].unit_json, HasSubstr(R"("intended":true)"));
}

TEST_F(EngineTest, ARefusedPluginKeepsItsDeliveriesPendingAndSaysSo) {
  destination_.connector = nullptr;
  destination_.refusal = "struct_size: expected 24, found 8";
  Start();
  const RecordKey key = Add("S-1");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(Row(key).state, DeliveryState::kPending);
  EXPECT_EQ(engine_->Snapshot().at(0).state, "plugin_refused");
  EXPECT_THAT(engine_->Snapshot().at(0).detail, HasSubstr("struct_size"));
  EXPECT_EQ(engine_->Probe(store::kEhr).status.code(), absl::StatusCode::kFailedPrecondition);
  destination_.connector = connector_;
  engine_->Configure({destination_});
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
}

TEST_F(EngineTest, AWallClockThatJumpsBackDoesNotFreezeADelivery) {
  connector_->Become(FailWith(absl::UnavailableError("down"), "unavailable"));
  Start();
  const RecordKey key = Add("S-1");
  ASSERT_TRUE(Attempts(1));
  ASSERT_TRUE(Becomes(key, DeliveryState::kPending));
  connector_->Become(&DeliverAll);
  clock_.JumpWall(-absl::Hours(24 * 365));
  engine_->Wake();
  EXPECT_TRUE(Becomes(key, DeliveryState::kDelivered));
}

TEST_F(EngineTest, StopWaitsForWhatRunsAndClaimsNothingMore) {
  std::promise<void> release;
  std::shared_future<void> released(release.get_future());
  connector_->Become([released](const Attempted& attempted, plugin::EmitSink& sink) {
    released.wait();
    return DeliverAll(attempted, sink);
  });
  const RecordKey first = Add("S-1");
  const RecordKey second = Add("S-2");
  Start();
  ASSERT_TRUE(Attempts(1));
  EXPECT_EQ(engine_->Stop(absl::Milliseconds(20)).code(), absl::StatusCode::kDeadlineExceeded);
  release.set_value();
  EXPECT_TRUE(engine_->Stop(absl::Seconds(10)).ok());
  EXPECT_EQ(Row(first).state, DeliveryState::kDelivered);
  EXPECT_EQ(Row(second).state, DeliveryState::kPending);
  EXPECT_EQ(connector_->attempts().size(), 1u);
}

TEST_F(EngineTest, AProbePassesOnWhatTheFarSideCanDo) {
  Start();
  const ProbeReport report = engine_->Probe(store::kEhr);
  EXPECT_TRUE(report.status.ok());
  EXPECT_EQ(report.report_json, R"({"transaction":true})");
  EXPECT_EQ(engine_->Probe("nowhere").status.code(), absl::StatusCode::kNotFound);
}

TEST_F(EngineTest, TheLedgerAgreesAfterAMixOfEnds) {
  std::atomic<int> count{0};
  connector_->Become([&](const Attempted& attempted, plugin::EmitSink& sink) {
    switch (count++ % 4) {
      case 0:
        return DeliverAll(attempted, sink);
      case 1:
        return Result(absl::InvalidArgumentError("no"));
      case 2:
        return Result(absl::UnimplementedError("no"));
      default:
        return Result(absl::AbortedError("later"));
    }
  });
  Start();
  std::vector<RecordKey> keys;
  for (int i = 0; i < 20; ++i) keys.push_back(Add(absl::StrCat("S", i), absl::StrCat("P", i)));
  for (const RecordKey& key : keys) {
    EXPECT_TRUE(Eventually([&] {
      Advance(absl::Seconds(1));
      const DeliveryState state = Row(key).state;
      return state != DeliveryState::kPending && state != DeliveryState::kInFlight;
    }));
  }
  const auto ledger = store_->CheckLedger(store::kTenant);
  ASSERT_TRUE(ledger.ok());
  EXPECT_TRUE(ledger->agrees);
  EXPECT_EQ(ledger->deliveries.at("created"), 20);
}

TEST_F(EngineTest, WhatTheRouteLeavesOutIsNotWaitedFor) {
  destination_.route.record_types = {"Session", "Visit"};
  Start();
  const RecordKey key =
      Add("S-1", "P-1", 1,
          {store::KeyOf("Practitioner", "T-1").name, store::KeyOf("Visit", "V-1").name});
  EXPECT_TRUE(Becomes(key, store::DeliveryState::kHeld));
  EXPECT_EQ(Row(key).error.text, "waits for Visit V-1 (not received)");
  const RecordKey other = Add("S-2", "P-2", 1, {store::KeyOf("Practitioner", "T-1").name});
  EXPECT_TRUE(Becomes(other, store::DeliveryState::kDelivered));
}

TEST_F(EngineTest, WhatComesBehindTheOneThatWaitsForItInItsLaneIsDeliveredFirst) {
  Start();
  const RecordKey first = Add("S-1", "P-1", 1, {store::KeyOf("Session", "S-2").name});
  EXPECT_TRUE(Becomes(first, store::DeliveryState::kHeld));
  const RecordKey second = Add("S-2");
  EXPECT_TRUE(Becomes(second, store::DeliveryState::kDelivered));
  EXPECT_TRUE(Becomes(first, store::DeliveryState::kDelivered));
}

}  // namespace
}  // namespace kgw::delivery
