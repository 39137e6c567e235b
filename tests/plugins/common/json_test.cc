#include "plugins/common/json.h"

#include <gtest/gtest.h>

namespace kgw::common {
namespace {

TEST(JsonTest, KeepsNumbersAndOrder) {
  const std::string text = R"({"b":1.50,"a":[1e-7,-0,true,false,null,"x\n\"\u0001"],"c":{}})";
  EXPECT_EQ(WriteJson(ParseJson(text).value()), text);
}

TEST(JsonTest, SortsForComparison) {
  EXPECT_EQ(WriteJson(ParseJson(R"({"b":{"d":1,"c":2},"a":3})").value(), true),
            R"({"a":3,"b":{"c":2,"d":1}})");
}

TEST(JsonTest, IsChangedInPlace) {
  Json json = ParseJson(R"({"a":1,"b":"x","c":[]})").value();
  json.Set("a", Json::Boolean(false));
  json.Set("d", Json::Integer(-5));
  json.Remove("b");
  json.Find("c")->items.push_back(Json::Text("t"));
  EXPECT_EQ(WriteJson(json), R"({"a":false,"c":["t"],"d":-5})");
  EXPECT_EQ(json.Find("b"), nullptr);
  EXPECT_EQ(json.TextOf("a"), "");
  EXPECT_EQ(json["nowhere"]["deeper"].kind, Json::Kind::kNull);
}

TEST(JsonTest, RefusesWhatTheReaderRefuses) {
  EXPECT_FALSE(ParseJson("{").has_value());
  EXPECT_FALSE(ParseJson("[1,2,3]", {.bytes = 6}).has_value());
}

}  // namespace
}  // namespace kgw::common
