#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/config_reader.h"
#include "gateway/config/v1/config.pb.h"

namespace kgw {
namespace {

using ::gateway::config::v1::Config;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Override : public ::testing::Test {
 protected:
  Override() {
    config_.add_destinations()->set_name("ehr");
    config_.add_destinations()->set_name("pay.er");
    config_.add_callers()->add_grants("read");
  }

  std::string Apply(std::string_view text) {
    return std::string(ApplyOverride(text, &config_).message());
  }

  Config config_;
};

TEST_F(Override, SetsAFieldInAGroup) {
  EXPECT_EQ(Apply("store.path=/tmp/a=b"), "");
  EXPECT_EQ(Apply("development=true"), "");
  EXPECT_EQ(Apply("limits.depth=7"), "");
  EXPECT_EQ(config_.store().path(), "/tmp/a=b");
  EXPECT_TRUE(config_.development());
  EXPECT_EQ(config_.limits().depth(), 7u);
  EXPECT_EQ(Apply("store.path="), "");
  EXPECT_EQ(config_.store().path(), "");
}

TEST_F(Override, FindsAnEntryByPositionOrName) {
  EXPECT_EQ(Apply("destinations[0].url=http://a"), "");
  EXPECT_EQ(Apply("destinations.ehr.in_flight=9"), "");
  EXPECT_EQ(Apply("destinations[pay.er].url=http://b"), "");
  EXPECT_EQ(config_.destinations(0).url(), "http://a");
  EXPECT_EQ(config_.destinations(0).in_flight(), 9u);
  EXPECT_EQ(config_.destinations(1).url(), "http://b");
}

TEST_F(Override, APositionJustPastTheEndAddsAnEntry) {
  EXPECT_EQ(Apply("destinations[2].name=third"), "");
  EXPECT_EQ(config_.destinations(2).name(), "third");
  EXPECT_THAT(Apply("destinations[9].name=x"), HasSubstr("has 3 entries, counted from 0"));
  EXPECT_THAT(Apply("destinations[-1].name=x"), HasSubstr("has 3 entries"));
}

TEST_F(Override, ListsOfTexts) {
  EXPECT_EQ(Apply("plugins.paths=[a, b]"), "");
  EXPECT_EQ(Apply("plugins.paths[2]=c"), "");
  EXPECT_EQ(Apply("plugins.paths[0]=z"), "");
  EXPECT_THAT(config_.plugins().paths(), ElementsAre("z", "b", "c"));
  EXPECT_EQ(Apply("callers[0].grants=[]"), "");
  EXPECT_EQ(config_.callers(0).grants_size(), 0);
  EXPECT_THAT(Apply("plugins.paths=a"), HasSubstr("must be a list"));
  EXPECT_THAT(Apply("plugins.paths[7]=a"), HasSubstr("has 3 entries"));
}

TEST_F(Override, WholeGroupsAsYaml) {
  EXPECT_EQ(Apply("destinations.ehr={name: ehr, people: create}"), "");
  EXPECT_EQ(config_.destinations(0).people(), "create");
  EXPECT_EQ(Apply("backoff=1"), "--set backoff: there is no setting 'backoff'");
  EXPECT_EQ(Apply("destinations=[{name: only}]"), "");
  EXPECT_EQ(config_.destinations_size(), 1);
}

TEST_F(Override, MistakesSayWhatWasMeant) {
  EXPECT_EQ(Apply("store.pth=x"),
            "--set store.pth: there is no setting 'pth'; did you mean 'path'?");
  EXPECT_EQ(Apply("destinations.eh.url=x"),
            "--set destinations.eh.url: destinations has no entry named 'eh'; did you mean 'ehr'?");
  EXPECT_EQ(Apply("development=maybe"), "--set development: must be true or false");
  EXPECT_EQ(Apply("store.path.x=1"), "--set store.path.x: path has no settings inside");
  EXPECT_EQ(Apply("store[0].path=1"), "--set store[0].path: store is not a list");
  EXPECT_EQ(Apply("store.path=\xFF"), "--set: the text is not valid UTF-8");
  for (const char* bad : {"", "store.path", "=x", ".a=x", "a..b=x", "a[=x", "a[]=x", "a[0]b=x"}) {
    EXPECT_THAT(Apply(bad), HasSubstr("--set needs PATH=VALUE")) << bad;
  }
}

}  // namespace
}  // namespace kgw
