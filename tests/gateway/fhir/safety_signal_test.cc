#include "gateway/fhir/safety_signal.h"

#include <gtest/gtest.h>

namespace kgw::fhir {
namespace {

TEST(SafetySignal, GoesToJsonAndBack) {
  const SafetySignals signals = {{"phq9-item9", "44260-8", "item \"9\"", "Observation/a"},
                                 {"rule", "", "", ""}};
  const std::string text = SignalsToJson(signals);
  EXPECT_EQ(
      text,
      R"([{"rule":"phq9-item9","code":"44260-8","text":"item \"9\"","resource":"Observation/a"},)"
      R"({"rule":"rule","code":"","text":"","resource":""}])");
  EXPECT_EQ(SignalsFromJson(text), signals);
  EXPECT_EQ(SignalsToJson({}), "[]");
}

TEST(SafetySignal, WhatIsNoArrayIsReadAsNone) {
  for (const char* none : {"", "[]", "{}", "no JSON"}) {
    EXPECT_TRUE(SignalsFromJson(none).empty()) << none;
  }
}

}  // namespace
}  // namespace kgw::fhir
