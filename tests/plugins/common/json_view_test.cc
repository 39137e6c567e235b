#include "plugins/common/json_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::common {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> TextsOf(JsonView list) {
  std::vector<std::string> texts;
  for (const JsonView item : list) texts.emplace_back(item.raw());
  return texts;
}

bool Parses(std::string_view text, const JsonLimits& limits = {}) {
  JsonDocument document;
  const bool parsed = document.Parse(text, limits);
  EXPECT_EQ(parsed, static_cast<bool>(document.root()));
  return parsed;
}

TEST(JsonViewTest, FindsItsWay) {
  JsonDocument document;
  ASSERT_TRUE(document.Parse(
      R"( {"a":{"x":[1,[2],{"y":3}]},"b":["p","q\u00e9\n",1.50],"t":true,"f":false,"a":0} )"));
  const JsonView root = document.root();
  EXPECT_EQ(root["a"]["x"].size(), 3u);
  EXPECT_EQ(root["a"]["x"].front().number(), 1);
  EXPECT_THAT(TextsOf(root["b"]), ElementsAre("p", "q\xc3\xa9\n", "1.50"));
  EXPECT_EQ(root.boolean("t"), true);
  EXPECT_EQ(root.boolean("f"), false);
}

TEST(JsonViewTest, TellsMembersWithTheirNames) {
  JsonDocument document;
  ASSERT_TRUE(document.Parse(R"([{"a":[{"b":1}],"c":"x","":null},{}])"));
  const JsonView object = document.root().front();
  std::vector<std::string> names;
  for (const JsonView member : object.members()) names.emplace_back(member.name());
  EXPECT_THAT(names, ElementsAre("a", "c", ""));
  EXPECT_EQ(object.member_count(), 3u);
  EXPECT_EQ(object.name(), "");
  EXPECT_EQ(document.root().name(), "");
  EXPECT_EQ(object["a"].front().name(), "");
}

TEST(JsonViewTest, WhatIsNotThereReadsAsAbsent) {
  JsonDocument document;
  ASSERT_TRUE(document.Parse(R"({"text":"x","number":7,"list":[]})"));
  const JsonView root = document.root();
  for (const JsonView absent : {JsonView(), root["no"], root["text"]["no"], root["list"].front()}) {
    EXPECT_FALSE(static_cast<bool>(absent));
    EXPECT_EQ(absent.text("x"), "");
    EXPECT_EQ(absent.number(), std::nullopt);
    EXPECT_EQ(absent.boolean(), std::nullopt);
    EXPECT_THAT(TextsOf(absent), IsEmpty());
    EXPECT_EQ(absent.members().begin(), absent.members().end());
    EXPECT_EQ(absent.kind(), JsonKind::kNull);
  }
  // Another type than is asked for.
  EXPECT_EQ(root.text("number"), "");
  EXPECT_EQ(root.number("text"), std::nullopt);
  EXPECT_EQ(root.boolean("text"), std::nullopt);
  EXPECT_THAT(TextsOf(root), IsEmpty());
}

TEST(JsonViewTest, NumbersAreWholeOrNone) {
  JsonDocument document;
  ASSERT_TRUE(document.Parse(R"([0,-0,-12,2147483647,2147483648,5.0,1e2,"5"])"));
  std::vector<std::optional<int>> numbers;
  for (const JsonView item : document.root()) numbers.push_back(item.number());
  EXPECT_THAT(numbers, ElementsAre(0, 0, -12, 2147483647, std::nullopt, std::nullopt, std::nullopt,
                                   std::nullopt));
}

TEST(JsonDocumentTest, RefusesWhatIsBroken) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text :
       {""sv, " "sv, "{"sv, "{}x"sv, "[1,]"sv, "nul"sv, "{\"a\":1 \"b\":2}"sv, "[01]"sv, "\"\n\""sv,
        "{}\0"sv, "\"\xff\""sv, "{\"\xc3\":1}"sv, R"("\ud800")"sv, R"("\udc00")"sv}) {
    EXPECT_FALSE(Parses(text)) << text;
  }
  EXPECT_TRUE(Parses("\"\xf0\x9f\x98\x80 \\ud83d\\ude00\""));
}

TEST(JsonDocumentTest, RefusesWhatIsTooMuch) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Parses(nested(100)));
  EXPECT_FALSE(Parses(nested(101)));
  EXPECT_TRUE(Parses(nested(100'000), {.depth = 100'000}));
  EXPECT_TRUE(Parses("[1,2,3]", {.bytes = 7, .values = 4}));
  EXPECT_FALSE(Parses("[1,2,3]", {.bytes = 7, .values = 3}));
  EXPECT_FALSE(Parses("[1,2,3]", {.bytes = 6, .values = 4}));
}

TEST(JsonDocumentTest, IsUsedAgain) {
  JsonDocument document;
  ASSERT_TRUE(document.Parse(R"({"a":"first"})"));
  EXPECT_FALSE(document.Parse("{"));
  EXPECT_FALSE(static_cast<bool>(document.root()));
  ASSERT_TRUE(document.Parse(R"({"a":"second"})"));
  document.Trim(1 << 20);
  EXPECT_EQ(document.root().text("a"), "second");
  document.Trim(0);
  EXPECT_FALSE(static_cast<bool>(document.root()));
}

}  // namespace
}  // namespace kgw::common
