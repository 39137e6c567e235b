// Plug-ins that are refused: each with its sentence, and with a neighbour that goes on working.
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "kgw/kgw.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

struct Broken {
  const char* name;
  std::string reason;
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) { return out << broken.name; }

class BrokenLoad : public testing::TestWithParam<Broken> {};

TEST_P(BrokenLoad, IsRefusedInOneSentenceAndStopsNobody) {
  StagedPlugins staged;
  staged.Add(GetParam().name);
  staged.Add("good_mapper");
  const std::unique_ptr<PluginSet> set =
      PluginSet::Load(staged.Options({GetParam().name, "good_mapper"}));

  const PluginInfo info = InfoOf(*set, GetParam().name);
  EXPECT_EQ(info.state, PluginState::kRefused);
  EXPECT_EQ(info.reason, GetParam().reason);
  EXPECT_EQ(Std(set->MakeMapper(GetParam().name, "{}").status().message()),
            StrCat("Plug-in ", GetParam().name, " was refused: ", GetParam().reason));

  EXPECT_EQ(InfoOf(*set, "good_mapper").state, PluginState::kLoaded);
  absl::StatusOr<std::unique_ptr<Mapper>> good = set->MakeMapper("good_mapper", "{}");
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_TRUE((*good)->Map({{"text/plain", "x", "t"}}, absl::Seconds(5))[0].status.ok());
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenLoad,
    testing::Values(
        Broken{"wrong_symbol",
               "exported symbols: expected kgw_entry_v1 alone, found kgw_entry_v2."},
        Broken{"extra_symbol",
               "exported symbols: expected kgw_entry_v1 alone, found helper_of_the_author."},
        Broken{"entry_is_data",
               "exported symbols: expected kgw_entry_v1 as a function, found data."},
        Broken{"undefined_symbol",
               "library: expected one that the dynamic loader accepts, found undefined symbol: "
               "function_that_nobody_has."},
        Broken{"needs_library",
               "needed libraries: expected none but libc, libm, libstdc++ and libgcc_s, found "
               "libz.so.1."},
        Broken{"short_struct", "descriptor.struct_size: expected at least 72, found 40."},
        Broken{"entry_null",
               "kgw_entry_v1: expected a descriptor, found NULL, which means that it cannot serve "
               "this host."},
        Broken{"entry_throws", "kgw_entry_v1: expected a descriptor, found an exception."},
        Broken{"constructor_throws",
               "library: expected one that can be loaded and entered, found signal 6 (Aborted)."},
        Broken{"interface_crashes",
               "library: expected one that can be loaded and entered, found signal 6 (Aborted)."},
        Broken{"constructor_exits",
               "library: expected one that can be loaded and entered, found an exit with code 3."},
        Broken{"wrong_id",
               "descriptor.id: expected org.example.broken as in the manifest, found "
               "org.example.another."},
        Broken{"wrong_flags",
               "descriptor.flags: expected thread-safe as in the manifest, found thread-safe, "
               "pure."},
        Broken{"undeclared_service",
               "descriptor.services: expected none as in the manifest, found kgw.http/1."},
        Broken{"null_create", "descriptor.create: expected a function, found NULL."},
        Broken{"null_interface", "kgw.mapper/1: expected a table, found NULL."},
        Broken{"short_table", "kgw.mapper/1.struct_size: expected at least 16, found 8."},
        Broken{"null_map", "kgw.mapper/1.map: expected a function, found NULL."}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(BrokenManifest, IsRefusedAndStopsNobody) {
  StagedPlugins staged;
  staged.WriteManifest("not_json", "{\"manifest\":1");
  staged.Add("good_mapper");
  const std::unique_ptr<PluginSet> set =
      PluginSet::Load(staged.Options({"not_json", "missing", "../good_mapper", "good_mapper"}));
  EXPECT_TRUE(InfoOf(*set, "not_json").reason.starts_with("manifest: expected JSON, found an "))
      << InfoOf(*set, "not_json").reason;
  EXPECT_EQ(InfoOf(*set, "missing").reason,
            "plugin: expected missing/missing.kgw.json in one of plugins.paths, found no such "
            "file.");
  EXPECT_EQ(InfoOf(*set, "../good_mapper").reason,
            "plugin: expected a name of lower-case letters, digits, _ and -, found "
            "../good_mapper.");
  EXPECT_TRUE(set->MakeMapper("good_mapper", "{}").ok());
}

// A pipe would make who opens it wait for a writer: also one that only lies in the folder.
TEST(BrokenManifest, MayBeAPipe) {
  StagedPlugins staged;
  staged.Add("good_mapper");
  staged.MakePipe("pipe_manifest", "pipe_manifest.kgw.json");
  staged.MakePipe("unused_pipe", "unused_pipe.kgw.json");
  const std::unique_ptr<PluginSet> set =
      PluginSet::Load(staged.Options({"pipe_manifest", "good_mapper"}));
  for (const char* name : {"pipe_manifest", "unused_pipe"}) {
    EXPECT_EQ(InfoOf(*set, name).reason,
              "manifest: expected a file, found a folder, a pipe or the like.");
  }
  EXPECT_TRUE(set->MakeMapper("good_mapper", "{}").ok());
}

}  // namespace
}  // namespace kgw::plugin
