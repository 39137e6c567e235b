// Plug-ins that load and then break a rule: each call fails with the rule's name, and the
// neighbour goes on working.
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

struct Broken {
  const char* name;
  std::string rule;
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) { return out << broken.name; }

PluginSetOptions SmallLimits(const StagedPlugins& staged, std::vector<std::string> names) {
  PluginSetOptions options = staged.Options(std::move(names));
  options.limits.body_bytes = 1024;
  options.limits.outputs_of_item = 100;
  return options;
}

class BrokenCall : public testing::TestWithParam<Broken> {};

TEST_P(BrokenCall, FailsWithTheRuleItBroke) {
  StagedPlugins staged;
  staged.Add(GetParam().name);
  staged.Add("good_mapper");
  const std::unique_ptr<PluginSet> set =
      PluginSet::Load(SmallLimits(staged, {GetParam().name, "good_mapper"}));
  absl::StatusOr<std::unique_ptr<Mapper>> mapper = set->MakeMapper(GetParam().name, "{}");
  ASSERT_TRUE(mapper.ok()) << mapper.status();

  const std::vector<MapResult> results =
      (*mapper)->Map({{"text/plain", "body", "tenant"}}, absl::Seconds(5));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Std(results[0].status.message()),
            StrCat("Plug-in ", GetParam().name, " broke a rule of kgw.h: ", GetParam().rule, "."));
  EXPECT_TRUE(results[0].outputs.empty());

  absl::StatusOr<std::unique_ptr<Mapper>> good = set->MakeMapper("good_mapper", "{}");
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_TRUE((*good)->Map({{"text/plain", "x", "t"}}, absl::Seconds(5))[0].status.ok());
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenCall,
    testing::Values(
        Broken{"throws_exception", "it threw an exception"},
        Broken{"throws_int", "it threw an exception"},
        Broken{"emits_after_finish", "it called emit for an item it had finished"},
        Broken{"finishes_twice", "it called finish for an item it had finished"},
        Broken{"unknown_item", "it called emit for item 7 of a call with 1"},
        Broken{"garbage_code", "it returned code 99, which kgw.h does not have"},
        Broken{"garbage_finish", "it finished an item with code -1, which kgw.h does not have"},
        Broken{"ignores_emit_failure", "it emitted a body of 4096 bytes where 1024 are allowed"},
        Broken{"emits_too_many", "it emitted more than 100 outputs for one item"},
        Broken{"emits_bad_name", "it emitted a name or media type that is not UTF-8"},
        Broken{"answers_nothing", "it closed an item with OK without an output or an issue"},
        Broken{"foreign_thread", "it used a call from another thread"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(BrokenCreate, AnswersTheReasonOfThePlugin) {
  StagedPlugins staged;
  staged.Add("create_fails");
  staged.Add("create_throws");
  const std::unique_ptr<PluginSet> set =
      PluginSet::Load(staged.Options({"create_fails", "create_throws"}));
  EXPECT_EQ(set->MakeMapper("create_fails", "{}").status(),
            absl::InvalidArgumentError(
                "Plug-in create_fails answered INVALID_ARGUMENT: The unit is unknown."));
  EXPECT_EQ(InfoOf(*set, "create_fails").state, PluginState::kLoaded);
  EXPECT_EQ(InfoOf(*set, "create_fails").reason,
            "Plug-in create_fails answered INVALID_ARGUMENT: The unit is unknown.");
  EXPECT_EQ(
      set->MakeMapper("create_throws", "{}").status(),
      absl::InternalError("Plug-in create_throws broke a rule of kgw.h: it threw an exception."));
}

TEST(BrokenCall, HarmsNoNeighbourInItsBatch) {
  StagedPlugins staged;
  staged.Add("breaks_for_one");
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"breaks_for_one"}));
  const auto mapper = set->MakeMapper("breaks_for_one", "{}");
  ASSERT_TRUE(mapper.ok()) << mapper.status();
  const std::vector<MapResult> results =
      (*mapper)->Map({{"a/b", "x", "t"}, {"a/b", "bad", "t"}, {"a/b", "y", "t"}}, absl::Seconds(5));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_TRUE(results[0].status.ok()) << results[0].status;
  EXPECT_EQ(results[1].status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(results[2].status.ok()) << results[2].status;
}

TEST(KeptCall, FindsNothingAndIsCounted) {
  StagedPlugins staged;
  staged.Add("keeps_call");
  std::vector<std::string> log;
  PluginSetOptions options = staged.Options({"keeps_call"});
  options.log = [&](int32_t, std::string_view text) { log.emplace_back(text); };
  const std::unique_ptr<PluginSet> set = PluginSet::Load(options);
  absl::StatusOr<std::unique_ptr<Mapper>> mapper = set->MakeMapper("keeps_call", "{}");
  ASSERT_TRUE(mapper.ok()) << mapper.status();

  EXPECT_TRUE((*mapper)->Map({{"text/plain", "a", "t"}}, absl::Seconds(5))[0].status.ok());
  EXPECT_EQ(InfoOf(*set, "keeps_call").misuses, 0u);

  const MapResult second = (*mapper)->Map({{"text/plain", "b", "t"}}, absl::Seconds(5))[0];
  EXPECT_EQ(second.status,
            absl::FailedPreconditionError("Plug-in keeps_call answered FAILED_PRECONDITION."));
  EXPECT_TRUE(second.outputs.empty());
  EXPECT_EQ(InfoOf(*set, "keeps_call").misuses, 2u);  // an emit and a finish
  EXPECT_EQ(log, std::vector<std::string>{"plug-in keeps_call: The plug-in used a call after its "
                                          "end or from another thread."});
}

// The struct itself, not a copy of it: it can still be read, and what it names is over.
TEST(KeptCallPointer, FindsNothingAndIsCounted) {
  StagedPlugins staged;
  staged.Add("keeps_call_pointer");
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"keeps_call_pointer"}));
  absl::StatusOr<std::unique_ptr<Mapper>> mapper = set->MakeMapper("keeps_call_pointer", "{}");
  ASSERT_TRUE(mapper.ok()) << mapper.status();
  EXPECT_TRUE((*mapper)->Map({{"text/plain", "a", "t"}}, absl::Seconds(5))[0].status.ok());
  const std::string large(4096, 'x');  // makes the heap forget what the first call left
  const MapResult second = (*mapper)->Map({{"text/plain", large, large}}, absl::Seconds(5))[0];
  EXPECT_EQ(second.status, absl::FailedPreconditionError(
                               "Plug-in keeps_call_pointer answered FAILED_PRECONDITION."));
  EXPECT_TRUE(second.outputs.empty());
  // An emit, an issue, a finish and a question.
  EXPECT_EQ(InfoOf(*set, "keeps_call_pointer").misuses, 4u);
}

class GuardedLendingDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  std::unique_ptr<Mapper> Make(const std::string& name) {
    staged_.Add(name);
    PluginSetOptions options = staged_.Options({name});
    options.guard_lent_bytes = true;
    set_ = PluginSet::Load(options);
    absl::StatusOr<std::unique_ptr<Mapper>> mapper = set_->MakeMapper(name, "{}");
    EXPECT_TRUE(mapper.ok()) << mapper.status();
    return *std::move(mapper);
  }

  StagedPlugins staged_;
  std::unique_ptr<PluginSet> set_;
};

TEST_F(GuardedLendingDeathTest, CatchesAPointerThatWasKept) {
  const std::unique_ptr<Mapper> mapper = Make("keeps_pointer");
  EXPECT_TRUE(mapper->Map({{"text/plain", "first", "t"}}, absl::Seconds(5))[0].status.ok());
  EXPECT_DEATH(mapper->Map({{"text/plain", "second", "t"}}, absl::Seconds(5)), "");
}

TEST_F(GuardedLendingDeathTest, CatchesAReadBeyondTheEnd) {
  const std::unique_ptr<Mapper> mapper = Make("reads_too_far");
  EXPECT_DEATH(mapper->Map({{"text/plain", "body", "t"}}, absl::Seconds(5)), "");
}

TEST_F(GuardedLendingDeathTest, LetsAGoodPluginWork) {
  const std::unique_ptr<Mapper> mapper = Make("good_mapper");
  for (const char* body : {"", "first", "second"}) {
    EXPECT_TRUE(mapper->Map({{"text/plain", body, "t"}}, absl::Seconds(5))[0].status.ok());
  }
}

}  // namespace
}  // namespace kgw::plugin
