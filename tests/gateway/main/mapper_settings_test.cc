#include "gateway/main/mapper_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "gateway/main/load.h"
#include "tests/support/folder/temporary_folder.h"

namespace kgw::main {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kStart[] = "development: true\nstore: {path: x.db}\n";
absl::StatusOr<LoadedConfig> Load(const std::string& more) {
  test::TemporaryFolder folder;
  return LoadConfig({folder.Write("gateway.yaml", kStart + more), {}});
}

std::string ErrorOf(const std::string& more) {
  const absl::Status status = Load(more).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

std::vector<std::string> Names(const std::string& more) {
  const absl::StatusOr<LoadedConfig> loaded = Load(more);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  std::vector<std::string> names;
  if (!loaded.ok()) return names;
  for (const MapperSettings& each : loaded->settings.mappers) {
    names.push_back(StrCat(each.name, " ", each.plugin));
  }
  return names;
}

TEST(MapperSettings, TheShortFormIsOneMapperOfAllTypes) {
  EXPECT_THAT(Names(""), ElementsAre("kap_mapper kap_mapper"));
  EXPECT_THAT(Names("mapper: {plugin: own}\n"), ElementsAre("own own"));
  EXPECT_THAT(Names("mapper: {settings: [{name: a, value: b}]}\n"),
              ElementsAre("kap_mapper kap_mapper"));
}

TEST(MapperSettings, TheShortFormIsThereWhereNoOtherIsNamed) {
  EXPECT_THAT(Names("mappers: [{name: mine, plugin: p}]\n"), ElementsAre("mine p"));
}

TEST(MapperSettings, TypesArePartedAmongMappers) {
  const absl::StatusOr<LoadedConfig> loaded = Load(
      "mappers:\n  - {name: a, plugin: p, record_types: [Session]}\n"
      "  - {name: b, plugin: p, record_types: [Visit, Patient]}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const std::vector<MapperSettings>& mappers = loaded->settings.mappers;
  ASSERT_EQ(mappers.size(), 2u);
  EXPECT_TRUE(mappers[0].TakesType("Session"));
  EXPECT_FALSE(mappers[0].TakesType("Visit"));
}

TEST(MapperSettings, TwoThatTakeOneTypeAreNamedWithTheRemedy) {
  const std::string error = ErrorOf(
      "mappers:\n  - {name: a, plugin: p, record_types: [Session, Visit]}\n"
      "  - {name: b, plugin: q, record_types: [Visit]}\n");
  EXPECT_THAT(error, HasSubstr("gateway.yaml:5: mappers[1].record_types: both a and b take Visit "
                               "records"));
  EXPECT_THAT(error, HasSubstr("beside: a"));
  EXPECT_THAT(ErrorOf("mapper: {plugin: own}\nmappers: [{name: b, plugin: q}]\n"),
              HasSubstr("both own and b take Organization records"));
}

TEST(MapperSettings, OneMayStandBesideAnother) {
  EXPECT_THAT(Names("mapper: {}\nmappers:\n"
                    "  - {name: b, plugin: q, record_types: [Visit], beside: kap_mapper}\n"
                    "  - {name: c, plugin: q, beside: kap_mapper}\n"),
              ElementsAre("kap_mapper kap_mapper", "b q", "c q"));
  EXPECT_THAT(ErrorOf("mappers:\n  - {name: a, plugin: p}\n"
                      "  - {name: b, plugin: q, beside: nobody}\n"),
              HasSubstr("mappers[1].beside: no mapper is called nobody"));
  EXPECT_THAT(ErrorOf("mappers:\n  - {name: a, plugin: p}\n  - {name: b, plugin: q, beside: a}\n"
                      "  - {name: c, plugin: q, record_types: [Visit], beside: b}\n"),
              HasSubstr("mappers[2].beside: b stands beside another mapper itself"));
  EXPECT_THAT(ErrorOf("mappers: [{name: a, plugin: p, beside: a}]\n"),
              HasSubstr("mappers[0].beside: a stands beside another mapper itself"));
}

TEST(MapperSettings, SayWhatIsWrongWithTheLine) {
  EXPECT_THAT(ErrorOf("mappers:\n  - {name: a, plugin: p, record_types: [Note]}\n"),
              HasSubstr("gateway.yaml:4: mappers[0].record_types[0]: expected one of"));
  EXPECT_THAT(ErrorOf("mappers:\n  - {plugin: p}\n"),
              HasSubstr("mappers[0].name: expected a name"));
  EXPECT_THAT(ErrorOf("mappers:\n  - {name: a, plugin: p, record_types: [Visit]}\n"
                      "  - {name: a, plugin: p, record_types: [Session]}\n"),
              HasSubstr("mappers[1].name: another mapper has this name"));
}

TEST(MapperSettings, AChangeNeedsARestart) {
  const Settings from = Load("mappers: [{name: a, plugin: p}]\n")->settings;
  Settings to = Load("mappers: [{name: a, plugin: q}]\n")->settings;
  EXPECT_THAT(NeedsRestart(from, to), ElementsAre("mapper"));
  to = Load("mappers: [{name: a, plugin: p}, {name: b, plugin: p, beside: a}]\n")->settings;
  EXPECT_THAT(NeedsRestart(from, to), ElementsAre("mappers"));
  KeepWhatNeedsRestart(from, &to);
  EXPECT_THAT(NeedsRestart(from, to), IsEmpty());
  EXPECT_EQ(to.mappers, from.mappers);
}

}  // namespace
}  // namespace kgw::main
