#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"
#include "tests/gateway/base/json_recorder.h"
#include "tests/support/json_text.h"

namespace kgw::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseEvents, TellsEachTokenAndItsPlace) {
  Recorder recorder;
  ASSERT_TRUE(
      ParseEvents(R"({"a": [1.50, true,false , null,"x\n\"y"],"\u0062":{}, "n":-0})", recorder)
          .ok());
  EXPECT_THAT(recorder.events,
              ElementsAre("{@0", "a:@1", "[@6", "1.50@7", "true@13", "false@18", "null@26",
                          "'x\n\"y'@31", "]", "b:@41", "{@50", "}", "n:@54", "-0@58", "}"));
}

TEST(ParseEvents, AHandlerCanStop) {
  Recorder recorder(2);
  EXPECT_EQ(ParseEvents("[1,2,3]", recorder).code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(recorder.events, ElementsAre("[@0", "1@1"));
}

TEST(ParseEvents, ScalarsAloneAreJson) {
  for (const char* text : {"1", " \"\" ", "null", "true", "-1.25e-7", "[]", "{}"}) {
    Recorder recorder;
    EXPECT_TRUE(ParseEvents(text, recorder).ok()) << text;
  }
}

TEST(ParseEvents, BigNumbersKeepEveryDigit) {
  const std::string digits = StrCat("123456789012345678901234567890.", std::string(200, '7'));
  Recorder recorder;
  ASSERT_TRUE(ParseEvents(digits, recorder).ok());
  EXPECT_THAT(recorder.events, ElementsAre(StrCat(digits, "@0")));
}

TEST(ParseEvents, SaysWhereAndWhatWasExpected) {
  struct Case {
    std::string text;
    std::string message;
  };
  const Case cases[] = {
      {"", "JSON at byte 0: the text is empty; a JSON value is expected"},
      {"  ", "JSON at byte 2: the text is empty; a JSON value is expected"},
      {"{} x", "JSON at byte 3: only white space may follow the value"},
      {"{1:2}", "JSON at byte 1: a member name in quotes is expected"},
      {"{\"a\" 2}", "JSON at byte 5: a colon is expected after a member name"},
      {"{\"a\":2 \"b\"", "JSON at byte 7: a comma or } is expected"},
      {"[1 2]", "JSON at byte 3: a comma or ] is expected"},
      {"[1,]", "JSON at byte 3: a JSON value is expected"},
      {"[nul]", "a JSON value is expected"},
      {"[01]", "a comma or ] is expected"},
      {"[+1]", "a JSON value is expected"},
      {"[1.]", "digits are expected after the decimal point"},
      {"[1e]", "digits are expected in the exponent"},
      {"[1e999]", "the number is beyond 1e308"},
      {"[NaN]", "a JSON value is expected"},
      {"\"a", "the string has no closing quote"},
      {"\"\\x\"", "a backslash must begin one of JSON's escapes"},
      {"\"\\u12g4\"", "four hexadecimal digits"},
      {"\"\\ud800\"", "surrogate pair"},
      {"\"\\udc00\"", "surrogate pair"},
      {"\"a\nb\"", "control characters must be escaped"},
      {std::string("{}\0{", 4), "JSON at byte 2: a zero byte is not allowed"},
      {"[1] // no", "only white space may follow"},
  };
  for (const Case& c : cases) {
    Recorder recorder;
    const absl::Status status = ParseEvents(c.text, recorder);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message)) << c.text;
  }
}

TEST(ParseEvents, NeverQuotesTheText) {
  Recorder recorder;
  const absl::Status status = ParseEvents(R"({"name":"Secretname" "x"})", recorder);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("Secretname")));
}

TEST(ParseEvents, RefusesInvalidUtf8AtItsPlace) {
  for (const char* bad : {"\"ab\xFF\"", "\"ab\xC0\xAF\"", "\"ab\xED\xA0\x80\"", "\"ab\xE2\x82\"",
                          "\"ab\xF4\x90\x80\x80\"", "\"ab\x80\""}) {
    Recorder recorder;
    const absl::Status status = ParseEvents(bad, recorder);
    EXPECT_THAT(std::string(status.message()), HasSubstr("JSON at byte 3: the byte is not valid"));
    EXPECT_TRUE(recorder.events.empty());
  }
  Recorder recorder;
  EXPECT_TRUE(ParseEvents("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82\"", recorder).ok());
}

TEST(ParseEvents, DepthIsBoundedWhateverTheSize) {
  std::string bomb(1'000'000, '[');
  Recorder recorder;
  absl::Status status = ParseEvents(bomb, recorder);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("nested deeper than 100 levels"));
  EXPECT_EQ(recorder.events.size(), 100u);
  bomb.clear();
  for (int i = 0; i < 200'000; ++i) bomb += "{\"a\":";
  EXPECT_EQ(Document::Parse(bomb).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ParseEvents, ExactlyTheDepthLimitIsAllowed) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_TRUE(Document::Parse(deep).ok());
  EXPECT_FALSE(Document::Parse("[" + deep + "]").ok());
}

TEST(ParseEvents, SizeIsBoundedBeforeAnythingIsCopied) {
  const std::string large(size_t{65} << 20, ' ');
  Recorder recorder;
  EXPECT_THAT(std::string(ParseEvents(large, recorder).message()), HasSubstr("at most 67108864"));
}

TEST(Parse, AHugeFlatTextIsRead) {
  std::string large = "[";
  while (large.size() < size_t{32} << 20) large += "{\"name\":\"value\",\"n\":1.0},";
  large.back() = ']';
  const absl::StatusOr<Document> document = Document::Parse(large);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(ToText(document->root()), large);
}

TEST(Parse, RefusesDuplicateKeysInSmallAndLargeObjects) {
  EXPECT_THAT(std::string(Document::Parse(R"([{"a":1,"b":2,"a":3}])").status().message()),
              HasSubstr("JSON at byte 1: the object names a member twice"));
  EXPECT_FALSE(Document::Parse(R"({"a":1,"\u0061":3})").ok());
  EXPECT_TRUE(Document::Parse(R"({"a":{"a":1},"b":{"a":1}})").ok());
  std::string large = "{";
  for (int i = 0; i < 200'000; ++i) StrAppend(&large, "\"k", i, "\":1,");
  EXPECT_TRUE(Document::Parse(large + "\"last\":1}").ok());
  EXPECT_FALSE(Document::Parse(large + "\"k77777\":1}").ok());
}

TEST(Utf8, FindsTheFirstBadByteWhereverItLies) {
  for (size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    text[at] = '\x80';
    EXPECT_EQ(FindInvalidUtf8(text), at);
  }
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_EQ(FindInvalidUtf8(std::string(15, 'a') + "\xE2\x82"), 15u);
  EXPECT_TRUE(IsValidUtf8(std::string(15, 'a') + "\xE2\x82\xAC" + std::string(20, 'b')));
}

}  // namespace
}  // namespace kgw::json
