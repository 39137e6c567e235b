#include "gateway/base/config_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "gateway/config/v1/config.pb.h"

namespace kgw {
namespace {

using ::gateway::config::v1::Config;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ErrorOf(std::string_view text) {
  Config config;
  const absl::Status status = ReadYaml(text, "kap.yaml", &config);
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status));
  return std::string(status.message());
}

TEST(ReadYaml, FillsTheMessage) {
  Config config;
  const absl::Status status = ReadYaml(R"(
# A comment.
grpc: {listen: "127.0.0.1:0"}
store:
  path: /var/lib/kap.db
limits:
  message_bytes: 4194304
  drain_timeout: 20s
development: true
mapper:
destinations:
  - name: ehr
    url: https://ehr.example.org/fhir
    record_types: [Session, "Visit"]
    settings:
      - {name: a, value: 1.50}
  - name: payer
)",
                                       "kap.yaml", &config);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(config.grpc().listen(), "127.0.0.1:0");
  EXPECT_EQ(config.store().path(), "/var/lib/kap.db");
  EXPECT_EQ(config.limits().message_bytes(), 4194304u);
  EXPECT_EQ(config.limits().drain_timeout(), "20s");
  EXPECT_TRUE(config.development());
  ASSERT_EQ(config.destinations_size(), 2);
  EXPECT_EQ(config.destinations(0).record_types(1), "Visit");
  EXPECT_EQ(config.destinations(0).settings(0).value(), "1.50");
  EXPECT_EQ(config.destinations(1).name(), "payer");
}

TEST(ReadYaml, AnEmptyFileIsAnEmptyConfiguration) {
  Config config;
  config.set_development(true);
  EXPECT_TRUE(ReadYaml("", "kap.yaml", &config).ok());
  EXPECT_FALSE(config.development());
  EXPECT_EQ(ErrorOf("# nothing\n"), "");
}

TEST(ReadYaml, UnknownSettingsAreNamedWithLineAndNearest) {
  EXPECT_EQ(ErrorOf("development: true\ngrpc:\n  lisen: \":0\"\n"),
            "kap.yaml:3: grpc.lisen: there is no such setting; did you mean 'listen'?");
  EXPECT_EQ(ErrorOf("destinations:\n- name: x\n- nmae: y\n"),
            "kap.yaml:3: destinations[1].nmae: there is no such setting; did you mean 'name'?");
  EXPECT_EQ(ErrorOf("zzzzzz: 1"), "kap.yaml:1: zzzzzz: there is no such setting");
}

TEST(ReadYaml, WrongTypesSayWhatWasMeant) {
  EXPECT_EQ(ErrorOf("development: yes"), "kap.yaml:1: development: must be true or false");
  EXPECT_EQ(ErrorOf("development: \"true\""), "kap.yaml:1: development: must be true or false");
  EXPECT_EQ(ErrorOf("limits:\n  depth: -1"),
            "kap.yaml:2: limits.depth: must be a whole number from 0 to 4294967295");
  EXPECT_EQ(ErrorOf("limits:\n  depth: 1.5\n  list: \"7\"\n"),
            "kap.yaml:2: limits.depth: must be a whole number from 0 to 4294967295\n"
            "kap.yaml:3: limits.list: must be a whole number from 0 to 4294967295");
  EXPECT_EQ(ErrorOf("limits: 7"),
            "kap.yaml:1: limits: must be a group of settings, each on a line 'name: value'");
  EXPECT_EQ(ErrorOf("store:\n  path: [a]"), "kap.yaml:2: store.path: must be a text");
  EXPECT_EQ(ErrorOf("store:\n  path:\n"), "kap.yaml:2: store.path: must be a text");
  EXPECT_THAT(
      ErrorOf("destinations: {name: x}"),
      HasSubstr("kap.yaml:1: destinations: must be a list, each entry of which is a group"));
  EXPECT_EQ(ErrorOf("[1, 2]"),
            "kap.yaml:1: the file: must be a group of settings, each on a line 'name: value'");
}

TEST(ReadYaml, ValuesNeverShowInErrors) {
  EXPECT_THAT(ErrorOf("limits: {depth: hunter2}\ndevelopment: hunter2\ngrpc: hunter2"),
              Not(HasSubstr("hunter2")));
}

TEST(ReadYaml, AtMostTenMistakesAreListed) {
  std::string text;
  for (int i = 0; i < 25; ++i) StrAppend(&text, "zzz", i, ": 1\n");
  EXPECT_THAT(ErrorOf(text), HasSubstr("\nand 15 more"));
}

TEST(ReadYaml, RefusesWhatIsNotPlainYaml) {
  EXPECT_EQ(ErrorOf("store: {path: a}\ngrpc: {}\nstore: {path: b}\n"),
            "kap.yaml:3: this name stands twice on one level: keep one of them");
  EXPECT_THAT(ErrorOf("store: {path: &a x}\ngrpc: {listen: *a}"),
              HasSubstr("kap.yaml:2: aliases (*name) are not accepted"));
  EXPECT_THAT(ErrorOf("store: {path: a}\n---\nstore: {path: b}\n"), HasSubstr("more than one"));
  EXPECT_THAT(ErrorOf("store:\n  path: a\n bad: [\n"), HasSubstr("kap.yaml:"));
  EXPECT_THAT(ErrorOf("store: \"unclosed"), HasSubstr("kap.yaml:1"));
  EXPECT_THAT(ErrorOf("a: b\n\xFF: 1"), HasSubstr("kap.yaml:2: a byte is not valid UTF-8"));
  EXPECT_THAT(ErrorOf("? [a, b]\n: c"), HasSubstr("a name is expected here"));
}

TEST(ReadYaml, BombsAreRefused) {
  std::string aliases = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    StrAppend(&aliases, "a", i, ": &a", i, " [*a", i - 1, ",*a", i - 1, ",*a", i - 1, "]\n");
  }
  EXPECT_THAT(ErrorOf(aliases), HasSubstr("aliases"));
  EXPECT_FALSE(ErrorOf(std::string(100'000, '[')).empty());
  EXPECT_FALSE(ErrorOf(std::string(500'000, '{')).empty());
  std::string dashes;
  for (int i = 0; i < 2'000; ++i) StrAppend(&dashes, std::string(i % 400, ' '), "- ");
  EXPECT_FALSE(ErrorOf(dashes).empty());
  EXPECT_THAT(ErrorOf(StrCat("a: [", std::string(400'000, ','), "]")), Not(::testing::IsEmpty()));
  EXPECT_THAT(ErrorOf(std::string(2'000'000, 'a')), HasSubstr("larger than 1 MiB"));
}

TEST(ConfigLines, SaysWhereASettingStands) {
  Config config;
  ConfigLines lines;
  ASSERT_TRUE(ReadYaml("store:\n  path: x\ndestinations:\n\n  - name: ehr\n    tenants:\n"
                       "      [a,\n       b]\n  - {name: payer,\n     url: y}\n",
                       "kap.yaml", &config, &lines)
                  .ok());
  EXPECT_EQ(lines.Of("store"), 1);
  EXPECT_EQ(lines.Of("store.path"), 2);
  EXPECT_EQ(lines.Of("destinations"), 3);
  EXPECT_EQ(lines.Of("destinations[0]"), 5);
  EXPECT_EQ(lines.Of("destinations[0].tenants"), 6);
  EXPECT_EQ(lines.Of("destinations[0].tenants[1]"), 8);
  EXPECT_EQ(lines.Of("destinations[1].url"), 10);
}

TEST(ConfigLines, SaysWhereAMissingOneWouldStand) {
  Config config;
  ConfigLines lines;
  EXPECT_EQ(lines.Of("store.path"), 0);
  ASSERT_TRUE(ReadYaml("development: true\nstore:\ndestinations: [{name: x}]\n", "kap.yaml",
                       &config, &lines)
                  .ok());
  EXPECT_EQ(lines.Of("http.listen"), 0);
  EXPECT_EQ(lines.Of("store.path"), 2);
  EXPECT_EQ(lines.Of("destinations[7].name"), 3);
  EXPECT_EQ(lines.Of("development[0]"), 1);
  EXPECT_EQ(lines.Of("destinations[0"), 0);
}

TEST(HashOf, DependsOnContentOnly) {
  Config one, two, other;
  ASSERT_TRUE(ReadYaml("store: {path: x}\ndevelopment: true", "a", &one).ok());
  ASSERT_TRUE(ReadYaml("# hi\ndevelopment: true\nstore:\n  path: 'x'", "b", &two).ok());
  ASSERT_TRUE(ReadYaml("store: {path: y}\ndevelopment: true", "c", &other).ok());
  EXPECT_EQ(HashOf(one), HashOf(two));
  EXPECT_NE(HashOf(one), HashOf(other));
  EXPECT_EQ(HashOf(one).size(), 64u);
}

}  // namespace
}  // namespace kgw
