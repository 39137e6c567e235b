// Holds tests/golden to what the gateway makes of it. KGW_UPDATE_GOLDEN=1 writes the answers anew
// (tests/golden/update); look at the difference before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "plugins/common/json.h"
#include "tests/plugins/kap_mapper/golden_case.h"

namespace kgw::kap {
namespace {

std::string TestName(std::string name) {
  for (char& c : name) {
    if (c == '/' || c == '-') c = '_';
  }
  return name;
}

class GoldenTest : public ::testing::TestWithParam<std::string> {};

bool Updating() { return std::getenv("KGW_UPDATE_GOLDEN") != nullptr; }

void Write(const std::string& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  ASSERT_TRUE(out.good()) << path;
}

TEST_P(GoldenTest, BecomesWhatIsWrittenDown) {
  const std::string stem = "tests/golden/" + GetParam();
  LinkedMapper mapper;
  const auto processed = ProcessJson(ReadText(stem + ".record.json"), mapper);
  ASSERT_TRUE(processed.ok()) << processed.status();
  const bool mapped = processed->state == store::RecordState::kMapped;
  const std::string path = stem + (mapped ? ".bundle.json" : ".issues.json");
  const std::string other = stem + (mapped ? ".issues.json" : ".bundle.json");
  const std::string text = mapped ? BundleOf(*processed) : IssuesOf(*processed);
  if (Updating()) {
    Write(path, text);
    std::filesystem::remove(other);
  }
  EXPECT_EQ(ReadText(path), text) << IssuesOf(*processed);
  EXPECT_FALSE(std::filesystem::exists(other));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenTest, ::testing::ValuesIn(GoldenNames()),
                         [](const auto& golden) { return TestName(golden.param); });

TEST(GoldenCases, AreManyAndOfEveryType) {
  const auto names = GoldenNames();
  EXPECT_GE(names.size(), 30u);
  std::set<std::string> types;
  for (const std::string& name : names) types.insert(name.substr(0, name.find('/')));
  EXPECT_EQ(types, (std::set<std::string>{"Organization", "Outcome", "Patient", "Practitioner",
                                          "Screening", "Session", "Visit"}));
}

// What the manifest promises is what is made: no type more, none less.
TEST(GoldenCases, HoldTheTypesOfTheManifest) {
  const auto manifest = common::ParseJson(ReadText("plugins/kap_mapper/kap_mapper.kgw.json"));
  ASSERT_TRUE(manifest.has_value());
  std::vector<std::string> promised;
  for (const common::Json& type : (*manifest)["resource_types"].items) {
    promised.push_back(type.text);
  }
  std::set<std::string> made;
  for (const std::string& name : GoldenNames()) {
    const auto bundle = common::ParseJson(ReadText("tests/golden/" + name + ".bundle.json"));
    if (!bundle.has_value()) continue;
    for (const common::Json& entry : (*bundle)["entry"].items) {
      made.insert(entry["resource"].TextOf("resourceType"));
    }
  }
  EXPECT_EQ(promised, std::vector<std::string>(made.begin(), made.end()));
}

TEST(GoldenCases, HearOfOneFaultOnce) {
  LinkedMapper mapper;
  for (const std::string& name : GoldenNames()) {
    const auto processed = ProcessJson(ReadText("tests/golden/" + name + ".record.json"), mapper);
    ASSERT_TRUE(processed.ok()) << name;
    std::set<std::string> places;
    for (const fhir::Issue& issue : processed->issues) {
      EXPECT_TRUE(places.insert(issue.expression).second) << name << ": " << issue.expression;
    }
  }
}

// The same record gives the same resources, whatever was mapped before it on this thread.
TEST(GoldenCases, AreMappedAlikeInAnyOrder) {
  LinkedMapper mapper;
  std::vector<std::string> first;
  const auto names = GoldenNames();
  for (const std::string& name : names) {
    const auto processed = ProcessJson(ReadText("tests/golden/" + name + ".record.json"), mapper);
    ASSERT_TRUE(processed.ok()) << name;
    first.push_back(BundleOf(*processed));
  }
  for (size_t i = names.size(); i-- > 0;) {
    const auto processed =
        ProcessJson(ReadText("tests/golden/" + names[i] + ".record.json"), mapper);
    EXPECT_EQ(BundleOf(*processed), first[i]) << names[i];
  }
}

}  // namespace
}  // namespace kgw::kap
