#include "gateway/ctl/record_key_text.h"

#include <gtest/gtest.h>

namespace kgw::ctl {
namespace {

TEST(ParseRecordKey, ReadsAPath) {
  const auto key = ParseRecordKey("clinic/ehr/Session/S-1/3");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->tenant(), "clinic");
  EXPECT_EQ(key->source(), "ehr");
  EXPECT_EQ(key->type(), "Session");
  EXPECT_EQ(key->id(), "S-1");
  EXPECT_EQ(key->version(), 3);
  EXPECT_EQ(RecordKeyText(*key), "clinic/ehr/Session/S-1/3");
}

TEST(ParseRecordKey, TakesTheNewestWithoutAVersion) {
  EXPECT_EQ(ParseRecordKey("clinic/ehr/Session/S-1")->version(), 0);
}

TEST(ParseRecordKey, ReadsTheObjectItPrints) {
  const auto key = ParseRecordKey(
      R"({"tenant":"clinic","source":"ehr","type":"Session","id":"S/1","version":2})");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->id(), "S/1");
  EXPECT_EQ(key->version(), 2);
}

TEST(ParseRecordKey, SaysWhatAKeyLooksLike) {
  for (const char* wrong :
       {"", "clinic", "a/b/c", "a/b/c/d/e", "a/b/c/d/1/2", "a//c/d", "a/b/c/d/-1", "{",
        R"({"tenant":"a"})", R"({"tenant":"a","source":"b","type":"c","id":"d","version":"x"})"}) {
    const auto key = ParseRecordKey(wrong);
    ASSERT_FALSE(key.ok()) << wrong;
    EXPECT_NE(key.status().message().find("TENANT/SOURCE/TYPE/ID"), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace kgw::ctl
