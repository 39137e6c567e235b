#ifndef TESTS_GATEWAY_STORE_DELIVERIES_H_
#define TESTS_GATEWAY_STORE_DELIVERIES_H_

#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/gateway/store/samples.h"

// What tests of deliveries ask of a store.
namespace kgw::store {

inline const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

inline std::vector<Unit> ClaimAll(Store& store, int limit = 100) {
  auto units = Claim(store, kEhr, limit, kNow);
  EXPECT_TRUE(units.ok()) << units.status();
  return units.ok() ? *std::move(units) : std::vector<Unit>();
}

inline absl::Time NextDueOf(DeliveryQueue& queue, std::string destination) {
  const auto claimed = queue.Claim(
      {.destination = std::move(destination), .owner = kOwner, .limit = 0, .now = kNow});
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return claimed.ok() ? claimed->next_due : absl::InfiniteFuture();
}

inline DeliveryState StateOf(Store& store, const RecordKey& key) {
  auto rows = store.GetDeliveries(key);
  EXPECT_TRUE(rows.ok() && rows->size() == 1);
  return rows->at(0).state;
}

// The listener is told after the answer, by another thread.
template <typename Condition>
bool Within5s(Condition condition) {
  for (int i = 0; i < 5000 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(1));
  return condition();
}

inline AttemptEnd Ends(DeliveryState state) {
  AttemptEnd end;
  end.state = state;
  return end;
}

}  // namespace kgw::store

#endif  // TESTS_GATEWAY_STORE_DELIVERIES_H_
