#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "kgw/kgw.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Seen {
  std::string plugin;
  std::string function;
  absl::StatusCode code;
};

class Recorder : public CallObserver {
 public:
  void OnCall(std::string_view plugin, std::string_view function, absl::Duration duration,
              absl::StatusCode code) override {
    EXPECT_GE(duration, absl::ZeroDuration());
    const std::lock_guard<std::mutex> lock(mutex_);
    seen_.push_back({std::string(plugin), std::string(function), code});
  }
  std::vector<Seen> seen() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<Seen> seen_;
};

class MapperTest : public testing::Test {
 protected:
  void SetUp() override {
    staged_.Add("good_mapper");
    staged_.Add("slow_mapper");
    PluginSetOptions options = staged_.Options({"good_mapper", "slow_mapper"});
    options.log = [this](int32_t, std::string_view text) {
      log_.emplace_back(text);
      logged_ = true;
      logged_.notify_all();
    };
    options.observer = recorder_;
    set_ = PluginSet::Load(options);
  }

  std::unique_ptr<Mapper> Make(std::string_view name = "good_mapper",
                               std::string_view config = "{}") {
    absl::StatusOr<std::unique_ptr<Mapper>> mapper = set_->MakeMapper(name, config);
    EXPECT_TRUE(mapper.ok()) << mapper.status();
    return *std::move(mapper);
  }
  MapResult MapOne(std::string_view body) {
    return Make()->Map({{"a/b", body, "clinic"}}, absl::Seconds(10))[0];
  }

  StagedPlugins staged_;
  // Filled by one thread at a time: the plug-in that several may enter logs only for one.
  std::vector<std::string> log_;
  std::atomic<bool> logged_{false};
  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
  std::unique_ptr<PluginSet> set_;
};

TEST_F(MapperTest, GivesBackWhatThePluginEmitted) {
  const MapResult result = Make("good_mapper", R"({"settings":{}})")
                               ->Map({{"a/b", "hello", "clinic"}}, absl::Seconds(10))[0];
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.outputs.size(), 1u);
  EXPECT_EQ(result.outputs[0].media_type, "text/plain");
  EXPECT_EQ(result.outputs[0].name, "clinic");
  EXPECT_EQ(result.outputs[0].body, R"(a/b|hello|{"settings":{}})");
  ASSERT_EQ(result.issues.size(), 1u);
  EXPECT_EQ(result.issues[0].severity, KGW_INFORMATION);
  EXPECT_EQ(result.issues[0].code, "informational");
}

TEST_F(MapperTest, NamesItself) {
  EXPECT_EQ(Make()->identity(),
            StrCat("org.example.good-mapper 1.2.3 ", InfoOf(*set_, "good_mapper").sha256));
}

TEST_F(MapperTest, FailsOneItemOfABatchAlone) {
  const std::vector<MapResult> results = Make()->Map(
      {{"a/b", "one", "t"}, {"a/b", "bad", "t"}, {"a/b", "throw", "t"}, {"a/b", "four", "t"}},
      absl::Seconds(10));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_TRUE(results[0].status.ok());
  EXPECT_EQ(results[1].status,
            absl::InvalidArgumentError(
                "Plug-in good_mapper answered INVALID_ARGUMENT: The dose is negative."));
  ASSERT_EQ(results[1].issues.size(), 1u);
  EXPECT_EQ(results[1].issues[0].path, "Session.dose");
  EXPECT_EQ(results[2].status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(results[3].status.ok());
  EXPECT_EQ(results[3].outputs[0].body, "a/b|four|{}");
}

// An error parks the record, so it must not be lost behind any number of warnings.
TEST_F(MapperTest, KeepsAnErrorBehindTooManyWarnings) {
  const MapResult result = MapOne("warn");
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.issues.size(), 1001u);
  EXPECT_EQ(result.issues[998].severity, KGW_WARNING);
  EXPECT_EQ(result.issues[999].severity, KGW_ERROR);
  EXPECT_EQ(result.issues[1000].text, "503 further issues were left out");
}

TEST_F(MapperTest, NeverRepeatsTheWordsOfAnException) {
  const MapResult result = MapOne("throw");
  EXPECT_EQ(result.status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(Std(result.status.message())), Not(HasSubstr("secret")));
  for (const PluginIssue& issue : result.issues) EXPECT_THAT(issue.text, Not(HasSubstr("secret")));
  for (const std::string& line : log_) EXPECT_THAT(line, Not(HasSubstr("secret")));
}

TEST_F(MapperTest, TurnsExceptionsIntoCodes) {
  EXPECT_EQ(MapOne("bad_alloc").status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MapOne("error").status,
            absl::FailedPreconditionError(
                "Plug-in good_mapper answered FAILED_PRECONDITION: Nobody can map this."));
}

TEST_F(MapperTest, GivesEachTenantACallOfItsOwn) {
  const std::vector<MapResult> results = Make()->Map(
      {{"a/b", "1", "north"}, {"a/b", "2", "north"}, {"a/b", "3", "south"}}, absl::Seconds(10));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[1].outputs[0].name, "north");
  EXPECT_EQ(results[2].outputs[0].name, "south");
  size_t calls = 0;
  for (const Seen& seen : recorder_->seen()) calls += seen.function == "map" ? 1 : 0;
  EXPECT_EQ(calls, 2u);
}

TEST_F(MapperTest, MapsNothingWithoutACall) {
  EXPECT_TRUE(Make()->Map({}, absl::Seconds(1)).empty());
  ASSERT_EQ(recorder_->seen().size(), 1u);
  EXPECT_EQ(recorder_->seen()[0].function, "create");
}

TEST_F(MapperTest, TellsTheObserver) {
  MapOne("x");
  ASSERT_EQ(recorder_->seen().size(), 2u);
  EXPECT_EQ(recorder_->seen()[1].plugin, "good_mapper");
  EXPECT_EQ(recorder_->seen()[1].function, "map");
  EXPECT_EQ(recorder_->seen()[1].code, absl::StatusCode::kOk);
}

TEST_F(MapperTest, LogsLinesWithoutControlCharacters) {
  MapOne("log");
  EXPECT_THAT(log_, ElementsAre("plug-in good_mapper: one line"));
}

TEST_F(MapperTest, StopsALogThatFloods) {
  const std::unique_ptr<Mapper> mapper = Make();
  const std::vector<MapInput> inputs(500, MapInput{"a/b", "log", "t"});
  mapper->Map(inputs, absl::Seconds(10));
  EXPECT_LE(log_.size(), 402u);  // two periods at worst
  EXPECT_EQ(log_.back(), "plug-in good_mapper: It logs too much; more lines are dropped.");
}

TEST_F(MapperTest, ADeadlineReachesThePlugin) {
  const absl::Time begin = absl::Now();
  const MapResult result = Make()->Map({{"a/b", "wait", "t"}}, absl::Milliseconds(50))[0];
  EXPECT_EQ(result.status.code(), absl::StatusCode::kCancelled);
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(45));
}

TEST_F(MapperTest, ShuttingDownReachesThePlugin) {
  const std::unique_ptr<Mapper> mapper = Make();
  std::thread other([this] {
    logged_.wait(false);
    set_->CancelCalls();
  });
  EXPECT_EQ(mapper->Map({{"a/b", "wait", "t"}}, absl::InfiniteDuration())[0].status.code(),
            absl::StatusCode::kUnavailable);
  other.join();
}

TEST_F(MapperTest, ManyThreadsMayCallAtOnce) {
  const std::unique_ptr<Mapper> mapper = Make();
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const std::string body = StrCat("body", t);
      for (int i = 0; i < 200; ++i) {
        const MapResult result = mapper->Map({{"a/b", body, "t"}}, absl::Seconds(30))[0];
        if (!result.status.ok() || result.outputs[0].body != StrCat("a/b|", body, "|{}")) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(MapperTest, LetsOneAtATimeIntoAPluginThatIsNotThreadSafe) {
  const std::unique_ptr<Mapper> mapper = Make("slow_mapper");
  std::vector<std::thread> threads;
  std::atomic<int> alone{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const MapResult result = mapper->Map({{"a/b", "x", "t"}}, absl::Seconds(30))[0];
      if (result.status.ok() && result.outputs[0].body == "1") ++alone;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(alone, 4);
}

TEST_F(MapperTest, DoesNotWaitForItsTurnBeyondTheDeadline) {
  const std::unique_ptr<Mapper> mapper = Make("slow_mapper");
  std::thread busy([&] {
    const std::vector<MapInput> inputs(20, MapInput{"a/b", "x", "t"});
    mapper->Map(inputs, absl::Seconds(30));
  });
  logged_.wait(false);
  const MapResult late = mapper->Map({{"a/b", "x", "t"}}, absl::Milliseconds(10))[0];
  EXPECT_EQ(late.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Std(late.status.message()), "Plug-in slow_mapper has more to map than it can.");
  EXPECT_GT(RetryDelayOf(late.status), absl::ZeroDuration());
  EXPECT_TRUE(late.undecided);
  busy.join();
}

TEST_F(MapperTest, AConfigurationThePluginRefusesIsTheCallersAnswer) {
  EXPECT_EQ(set_->MakeMapper("good_mapper", "refuse").status(),
            absl::InvalidArgumentError(
                "Plug-in good_mapper answered INVALID_ARGUMENT: The setting is unknown."));
  EXPECT_EQ(set_->MakeMapper("good_mapper", "throw").status().code(), absl::StatusCode::kInternal);
}

TEST_F(MapperTest, AMapperIsNoConnector) {
  EXPECT_EQ(set_->MakeConnector("good_mapper", "{}", {}).status(),
            absl::FailedPreconditionError(
                "Plug-in good_mapper: interfaces: expected kgw.connector/1, found kgw.mapper/1."));
}

TEST_F(MapperTest, OutlivesThePluginSet) {
  const std::unique_ptr<Mapper> mapper = Make();
  set_.reset();
  EXPECT_TRUE(mapper->Map({{"a/b", "x", "t"}}, absl::Seconds(10))[0].status.ok());
}

}  // namespace
}  // namespace kgw::plugin
