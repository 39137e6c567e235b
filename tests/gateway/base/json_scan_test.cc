#include "gateway/base/json_scan.h"

#include <gtest/gtest.h>

#include "tests/gateway/base/json_recorder.h"

namespace kgw::json {
namespace {

constexpr char kText[] =
    R"({"resourceType":"Basic" , "id":"a-1","text":{"div":"<div xmlns=\"h\">caf)"
    "\xC3\xA9"
    R"( and a line longer than sixteen\n\ttabs \/ \\</div>"},"list":[1, -2.50,0,true,false,null,)"
    R"({},[],[{"deep":["x"]}]],"last":12.75 } )";

Scan ScanAll(std::string_view text, Recorder& recorder, int max_depth = 100) {
  return ScanEvents(text, recorder, max_depth);
}

// The one promise: what it accepts, the full parser accepts with the same events.
::testing::AssertionResult AgreesWithTheParser(const std::string& text) {
  Recorder scanned;
  if (ScanAll(text, scanned) != Scan::kDone) return ::testing::AssertionSuccess();
  Recorder parsed;
  const absl::Status status = ParseEvents(text, parsed);
  if (!status.ok())
    return ::testing::AssertionFailure() << "accepted, but " << status << ": " << text;
  if (scanned.events != parsed.events) return ::testing::AssertionFailure() << "events of " << text;
  return ::testing::AssertionSuccess();
}

TEST(ScanEvents, ReadsWhatProgramsWrite) {
  for (const char* text : {kText, "{}", "[]", "[[],{}]", " {\"a\" : \"\"}\n", "\"x\"", "1", "-0",
                           R"({"a":"\r\n\t\"\\\/"})"}) {
    Recorder recorder;
    EXPECT_EQ(ScanAll(text, recorder), Scan::kDone) << text;
    EXPECT_TRUE(AgreesWithTheParser(text));
  }
}

TEST(ScanEvents, LeavesTheRareAndTheMalformedToTheParser) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[1,]",
                           "[,1]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "[1 2]",
                           "[01]",
                           "[1.]",
                           "[.5]",
                           "[-]",
                           "[+1]",
                           "[1e3]",
                           "[1]x",
                           "[\"\\u0041\"]",
                           "[\"\\b\"]",
                           "[\"\\x\"]",
                           "[\"\\",
                           "[\"a",
                           "[tru]",
                           "[nul",
                           "[\"\x01\"]",
                           "[\"\xC3\"]",
                           "[\xC3\xA9]",
                           "[1}",
                           "{\"a\":1]",
                           "[\"ok and long enough for a block\", \"\xED\xA0\x80\"]"}) {
    Recorder recorder;
    EXPECT_EQ(ScanAll(text, recorder), Scan::kUnsure) << text;
  }
  Recorder recorder;
  EXPECT_EQ(ScanAll(std::string_view("[1]\0", 4), recorder), Scan::kUnsure);
}

TEST(ScanEvents, AgreesOnEveryTruncationAndChange) {
  const std::string text = kText;
  for (size_t size = 0; size <= text.size(); ++size) {
    EXPECT_TRUE(AgreesWithTheParser(text.substr(0, size)));
  }
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char changed : std::string_view("\"\\{}[]:,0-.eu \n\x01\x80\xC3\x00", 19)) {
      std::string other = text;
      other[at] = changed;
      ASSERT_TRUE(AgreesWithTheParser(other));
    }
  }
}

TEST(ScanEvents, StopsWhereTheHandlerDoes) {
  for (size_t stop = 1; stop < 12; ++stop) {
    Recorder recorder(stop);
    EXPECT_EQ(ScanAll(kText, recorder), Scan::kStopped);
    EXPECT_EQ(recorder.events.size(), stop);
  }
}

TEST(ScanEvents, DepthIsBounded) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  Recorder recorder;
  EXPECT_EQ(ScanAll(nested(100), recorder), Scan::kDone);
  EXPECT_EQ(ScanAll(nested(101), recorder), Scan::kUnsure);
  EXPECT_EQ(ScanAll(nested(kMaxScanDepth + 1), recorder, 1000), Scan::kUnsure);
  EXPECT_EQ(ScanAll(std::string(1 << 20, '['), recorder), Scan::kUnsure);
}

TEST(ScanEvents, ViewsPointIntoTheText) {
  class Places final {
   public:
    explicit Places(std::string_view text) : text_(text) {}
    bool Null(size_t) { return true; }
    bool Bool(bool, size_t) { return true; }
    bool Number(std::string_view, size_t) { return true; }
    bool String(std::string_view value, size_t offset) {
      return value.data() == text_.data() + offset + 1;
    }
    bool StartObject(size_t) { return true; }
    bool Key(std::string_view, size_t) { return true; }
    bool EndObject() { return true; }
    bool StartArray(size_t) { return true; }
    bool EndArray() { return true; }

   private:
    std::string_view text_;
  };
  constexpr std::string_view kPlain = R"({"a":"b","c":["a text that needs no escape at all"]})";
  Places places(kPlain);
  EXPECT_EQ(ScanEvents(kPlain, places, 100), Scan::kDone);
}

}  // namespace
}  // namespace kgw::json
