#include "gateway/store/states.h"

#include <set>
#include <string>

#include "gateway/store/sqlite/database.h"
#include "gtest/gtest.h"

namespace kgw::store {
namespace {

TEST(States, EachHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const RecordState state : kRecordStates) {
    EXPECT_TRUE(names.insert(NameOf(state)).second);
  }
  // SQL names both kinds in one way, so that no two may share a name.
  for (const DeliveryState state : kDeliveryStates) {
    EXPECT_TRUE(names.insert(NameOf(state)).second);
  }
  for (const EntryState state : kEntryStates) EXPECT_EQ(EntryStateOf(NameOf(state)), state);
  for (const ErrorClass kind : kErrorClasses) EXPECT_EQ(ErrorClassOf(NameOf(kind)), kind);
}

TEST(States, AnUnknownNameIsNone) {
  EXPECT_FALSE(EntryStateOf("moved").has_value());
  EXPECT_FALSE(ErrorClassOf("bored").has_value());
}

TEST(States, AConnectorMayNotSpeakForUs) {
  EXPECT_TRUE(IsOfConnector(ErrorClass::kRejected));
  EXPECT_TRUE(IsOfConnector(ErrorClass::kUnsupported));
  for (const ErrorClass own : {ErrorClass::kNone, ErrorClass::kPlugin, ErrorClass::kWithheld,
                               ErrorClass::kWaiting, ErrorClass::kCancelled}) {
    EXPECT_FALSE(IsOfConnector(own)) << NameOf(own);
  }
}

TEST(States, StatementsNameThem) {
  EXPECT_EQ(WithStates("state < [delivered] AND r.state <> [rejected] AND x IN ([held], [dead])"),
            "state < 3 AND r.state <> 0 AND x IN (2, 4)");
  EXPECT_EQ(WithStates("state = [nonsense]"), "state = [nonsense]");
}

}  // namespace
}  // namespace kgw::store
