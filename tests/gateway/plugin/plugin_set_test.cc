#include "gateway/plugin/plugin_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

using testing::ElementsAre;

TEST(PluginSet, ListsWhatItKnows) {
  StagedPlugins staged;
  staged.Add("good_connector", {{"security_posture", R"("Talks to the EHR.")"}});
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"good_connector"}));
  const PluginInfo info = InfoOf(*set, "good_connector");
  EXPECT_EQ(info.state, PluginState::kLoaded);
  EXPECT_EQ(info.reason, "");
  EXPECT_EQ(info.id, "org.example.good-connector");
  EXPECT_EQ(info.version, "0.1.0");
  EXPECT_EQ(info.license, "Apache-2.0");
  EXPECT_EQ(info.status, "experimental");
  EXPECT_EQ(info.security_posture, "Talks to the EHR.");
  EXPECT_EQ(info.sha256.size(), 64u);
  EXPECT_THAT(info.interfaces, ElementsAre("kgw.connector/1"));
  EXPECT_THAT(info.services, ElementsAre("kgw.http/1", "kgw.state/1"));
  EXPECT_EQ(info.path, staged.folder("good_connector"));
}

TEST(PluginSet, KnowsWhatTheLoadedMappersMake) {
  StagedPlugins staged;
  staged.Add("good_mapper", {{"resource_types", R"(["Patient","Observation"])"}});
  staged.Add("slow_mapper", {{"resource_types", R"(["Observation","Account"])"}});
  staged.Add("good_connector");
  EXPECT_THAT(PluginSet::Load(staged.Options({"good_mapper", "good_connector"}))->ResourceTypes(),
              ElementsAre("Observation", "Patient"));
  EXPECT_THAT(PluginSet::Load(staged.Options({"good_mapper", "slow_mapper"}))->ResourceTypes(),
              ElementsAre("Account", "Observation", "Patient"));
  EXPECT_THAT(PluginSet::Load(staged.Options({"good_connector"}))->ResourceTypes(), ElementsAre());
}

TEST(PluginSet, ShowsButDoesNotRunWhatNothingUses) {
  StagedPlugins staged;
  staged.Add("good_mapper");
  staged.Add("entry_throws");  // would be refused if its entry were called
  staged.Add("wrong_symbol");
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"good_mapper"}));
  EXPECT_EQ(InfoOf(*set, "entry_throws").state, PluginState::kAvailable);
  EXPECT_EQ(InfoOf(*set, "wrong_symbol").state, PluginState::kRefused);
  EXPECT_EQ(set->MakeMapper("entry_throws", "{}").status(),
            absl::NotFoundError("Plug-in entry_throws was not loaded at the start."));
  EXPECT_EQ(set->MakeMapper("nowhere", "{}").status(),
            absl::NotFoundError("Plug-in nowhere was not loaded at the start."));
}

TEST(PluginSet, TheFirstFolderWins) {
  StagedPlugins first;
  StagedPlugins second;
  first.Add("good_mapper");
  second.Add("good_mapper", {{"version", R"("9.9.9")"}});
  PluginSetOptions options = first.Options({"good_mapper"});
  options.paths = {"/does/not/exist", first.path(), second.path()};
  const std::unique_ptr<PluginSet> set = PluginSet::Load(options);
  EXPECT_EQ(InfoOf(*set, "good_mapper").version, "1.2.3");
}

// An upgrade by copying over the file truncates what a running gateway has mapped; it must not
// touch the loaded code.
TEST(PluginSet, OverwritingTheFileDoesNotDisturbWhatIsLoaded) {
  StagedPlugins staged;
  staged.Add("good_mapper");
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"good_mapper"}));
  absl::StatusOr<std::unique_ptr<Mapper>> mapper = set->MakeMapper("good_mapper", "{}");
  ASSERT_TRUE(mapper.ok()) << mapper.status();
  std::filesystem::resize_file(staged.folder("good_mapper") + "/good_mapper.so", 0);
  EXPECT_TRUE(
      (*mapper)->Map({{"a/b", "throw", "t"}, {"a/b", "x", "t"}}, absl::Seconds(5))[1].status.ok());
}

// What lies at the path by then may be something else.
TEST(PluginSet, RefusesRatherThanLoadingWhatWasNotChecked) {
  StagedPlugins staged;
  // Bytes that no other test has loaded: the same bytes are loaded once.
  const std::string bytes = LibraryBytes("create_fails") + "x";
  staged.Add("create_fails", {{"sha256", StrCat("\"", HexOf(Sha256Of(bytes)), "\"")}});
  staged.WriteFile("create_fails", "create_fails.so", bytes);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tiny = before;
  tiny.rlim_cur = 100;  // no file may grow beyond, in memory neither
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tiny), 0);
  const std::unique_ptr<PluginSet> set = PluginSet::Load(staged.Options({"create_fails"}));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(InfoOf(*set, "create_fails").state, PluginState::kRefused);
  EXPECT_EQ(
      InfoOf(*set, "create_fails").reason,
      "library: expected room in memory for the copy that was checked, found File too large.");
}

TEST(PluginSet, LoadsTheFileItselfOnRequest) {
  StagedPlugins staged;
  staged.Add("slow_mapper");
  PluginSetOptions options = staged.Options({"slow_mapper"});
  options.load_in_place = true;
  const std::unique_ptr<PluginSet> set = PluginSet::Load(options);
  EXPECT_EQ(InfoOf(*set, "slow_mapper").state, PluginState::kLoaded);
}

TEST(PluginSet, LoadingAgainUsesTheSameCodeAndChecksTheManifestAnew) {
  StagedPlugins staged;
  staged.Add("good_mapper");
  const std::unique_ptr<PluginSet> first = PluginSet::Load(staged.Options({"good_mapper"}));
  EXPECT_EQ(InfoOf(*first, "good_mapper").state, PluginState::kLoaded);
  staged.Add("good_mapper", {{"license", R"("MIT")"}});
  const std::unique_ptr<PluginSet> second = PluginSet::Load(staged.Options({"good_mapper"}));
  EXPECT_EQ(InfoOf(*second, "good_mapper").reason,
            "descriptor.license: expected MIT as in the manifest, found Apache-2.0.");
  EXPECT_TRUE(first->MakeMapper("good_mapper", "{}").ok());
}

TEST(PluginSet, AnInterfaceThatTheManifestGainsNeedsARestart) {
  StagedPlugins staged;
  staged.Add("both_tables");
  const std::unique_ptr<PluginSet> first = PluginSet::Load(staged.Options({"both_tables"}));
  EXPECT_TRUE(first->MakeMapper("both_tables", "{}").ok());
  staged.Add("both_tables", {{"interfaces", R"(["kgw.mapper/1","kgw.connector/1"])"}});
  const std::unique_ptr<PluginSet> second = PluginSet::Load(staged.Options({"both_tables"}));
  EXPECT_TRUE(second->MakeMapper("both_tables", "{}").ok());
  EXPECT_EQ(second->MakeConnector("both_tables", "{}", {}).status(),
            absl::FailedPreconditionError(
                "Plug-in both_tables: its manifest has got kgw.connector/1 since it was loaded; a "
                "restart of the gateway loads it anew."));
}

TEST(PluginSet, SetsOfOneHostAreCancelledTogether) {
  StagedPlugins staged;
  staged.Add("good_mapper");
  PluginSetOptions options = staged.Options({"good_mapper"});
  options.cancel = std::make_shared<std::atomic<bool>>(false);
  const std::unique_ptr<PluginSet> first = PluginSet::Load(options);
  const auto mapper = first->MakeMapper("good_mapper", "{}");
  ASSERT_TRUE(mapper.ok());
  const std::unique_ptr<PluginSet> second = PluginSet::Load(options);
  second->CancelCalls();
  const MapResult result = (*mapper)->Map({{"a/b", "wait", "t"}}, absl::Seconds(5))[0];
  EXPECT_TRUE(result.undecided) << result.status;
}

TEST(PluginSet, ServicesAreTheOperatorsToGrant) {
  StagedPlugins staged;
  staged.Add("good_connector");
  PluginSetOptions options = staged.Options({"good_connector"});
  options.granted_services = {"kgw.http/1"};
  const std::unique_ptr<PluginSet> set = PluginSet::Load(options);
  EXPECT_EQ(InfoOf(*set, "good_connector").reason,
            "services: expected what the operator grants (kgw.http/1), found kgw.state/1.");
}

}  // namespace
}  // namespace kgw::plugin
