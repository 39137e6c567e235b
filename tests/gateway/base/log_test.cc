#include "gateway/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <limits>
#include <thread>
#include <vector>

#include "gateway/base/json.h"

namespace kgw {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class HandClock : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMillis(1'700'000'000'123); }
  int64_t MonotonicNanos() const override { return nanos; }
  int64_t nanos = 5;
};

class Lines : public LogSink {
 public:
  void Write(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class LogTest : public ::testing::Test {
 protected:
  void Use(bool json, LogLevel level = LogLevel::kInfo) {
    LogOptions options;
    options.json = json;
    options.level = level;
    options.sink = sink_;
    options.clock = &clock_;
    options.repeats = 3;
    ConfigureLog(std::move(options));
  }
  ~LogTest() override { ConfigureLog({}); }

  HandClock clock_;
  std::shared_ptr<Lines> sink_ = std::make_shared<Lines>();
};

TEST_F(LogTest, TextLines) {
  Use(false);
  Log(LogLevel::kWarning, "destination is unreachable",
      {{"destination", Tag("ehr")},
       {"code", absl::StatusCode::kUnavailable},
       {"attempts", 3},
       {"after", absl::Milliseconds(1500)},
       {"final", false},
       {"note", "two words"}});
  EXPECT_THAT(sink_->lines,
              ElementsAre("2023-11-14T22:13:20.123Z warning destination is unreachable "
                          "destination=ehr code=UNAVAILABLE attempts=3 after=1.5s final=false "
                          "note=\"two words\""));
}

TEST_F(LogTest, JsonLinesAreJson) {
  Use(true);
  Log(LogLevel::kError, "odd",
      {{"who", Tag("a\"b\n{}")},
       {"why", OperatorText("line\nbreak \"x\" \xFF cut")},
       {"nan", std::numeric_limits<double>::quiet_NaN()},
       {"half", 0.5},
       {"big", uint64_t{7}}});
  ASSERT_THAT(sink_->lines, SizeIs(1));
  EXPECT_EQ(sink_->lines[0],
            R"({"time":"2023-11-14T22:13:20.123Z","level":"error","event":"odd","who":"a_b___",)"
            R"("why":"line break \"x\" ","nan":null,"half":0.5,"big":7})");
  EXPECT_TRUE(json::Document::Parse(sink_->lines[0]).ok());
}

TEST_F(LogTest, BelowItsLevelNothingIsWritten) {
  Use(false, LogLevel::kWarning);
  Log(LogLevel::kInfo, "x");
  Log(LogLevel::kWarning, "y");
  EXPECT_THAT(sink_->lines, SizeIs(1));
}

TEST_F(LogTest, RepeatsAreCountedAndToldLater) {
  Use(false);
  for (int i = 0; i < 10; ++i) Log(LogLevel::kInfo, "again", {{"to", Tag("a")}, {"n", i}});
  Log(LogLevel::kInfo, "again", {{"to", Tag("b")}});
  EXPECT_THAT(sink_->lines, SizeIs(4));
  clock_.nanos += 10'000'000'000;
  Log(LogLevel::kInfo, "again", {{"to", Tag("a")}});
  EXPECT_EQ(sink_->lines.back(), "2023-11-14T22:13:20.123Z info again to=a left_out=7");
}

TEST_F(LogTest, ManyThreadsWriteWholeLines) {
  Use(true);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 100; ++i) Log(LogLevel::kInfo, "busy", {{"i", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(sink_->lines, SizeIs(3));
}

TEST(LogTypes, RunTimeTextDoesNotCompileAsAValue) {
  static_assert(!std::convertible_to<std::string, LogValue>);
  static_assert(!std::convertible_to<std::string_view, LogValue>);
  static_assert(!std::convertible_to<const char*, LogValue>);
  static_assert(!std::constructible_from<LogValue, std::string>);
  static_assert(!std::convertible_to<std::string, Tag>);
  static_assert(!std::constructible_from<StaticText, std::string>);
  static_assert(std::convertible_to<absl::StatusCode, LogValue>);
  EXPECT_EQ(Tag(std::string(500, 'x')).text().size(), 128u);
  EXPECT_EQ(Tag("Jane Doe").text(), "Jane_Doe");
}

TEST(LogLevelText, IsChecked) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("debug", &level).ok());
  EXPECT_EQ(level, LogLevel::kDebug);
  EXPECT_FALSE(ParseLogLevel("loud", &level).ok());
}

}  // namespace
}  // namespace kgw
