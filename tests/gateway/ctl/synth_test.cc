#include "gateway/ctl/synth.h"

#include <gtest/gtest.h>

#include <set>

#include "gateway/base/json.h"
#include "gateway/ctl/record_json.h"
#include "gateway/record/record.h"
#include "tests/support/folder/temporary_folder.h"

namespace kgw::ctl {
namespace {

std::string Records(uint64_t seed) {
  const test::TemporaryFolder folder;
  SynthOptions options;
  options.seed = seed;
  options.courses = 3;
  options.out = folder.path();
  EXPECT_EQ(Synth(options), kOk);
  return folder.Read("records.jsonl");
}

TEST(Synth, GivesTheSameBytesForASeed) {
  const std::string once = Records(7);
  EXPECT_FALSE(once.empty());
  EXPECT_EQ(Records(7), once);
  EXPECT_NE(Records(8), once);
}

// Every record must pass the gateway's own check, and refer only to what came before it.
TEST(Synth, MakesRecordsTheGatewayTakes) {
  SynthOptions options;
  std::set<std::pair<std::string, std::string>> seen;
  int records = 0;
  const RecordSink check = [&](const kap::v1::Record& made) {
    const auto record = record::Decode(made.SerializeAsString(), record::Limits());
    ASSERT_TRUE(record.ok()) << record.status() << KeyOf(made).ShortDebugString();
    for (const fhir::Issue& issue : record->issues) {
      ADD_FAILURE() << KeyOf(made).ShortDebugString() << issue.expression << ": " << issue.text;
    }
    for (const RecordName& reference : record->references) {
      if (reference == record->key.name) continue;
      EXPECT_TRUE(seen.count({reference.type, reference.id}))
          << KeyOf(made).ShortDebugString() << " before " << reference.type << " " << reference.id;
    }
    seen.emplace(record->key.name.type, record->key.name.id);
    ++records;
  };
  SynthDirectory(options, check);
  for (int number = 1; number <= 20; ++number) {
    SynthCourse(options, number, absl::CivilDay(2026, 3, 2), check);
  }
  EXPECT_GT(records, 20 * 10);
}

TEST(Synth, SaysWhatMustComeOut) {
  const test::TemporaryFolder folder;
  SynthOptions options;
  options.courses = 2;
  options.out = folder.path();
  ASSERT_EQ(Synth(options), kOk);
  const auto expected = json::Document::Parse(folder.Read("expected.json"));
  ASSERT_TRUE(expected.ok()) << expected.status();
  EXPECT_EQ(*expected->root().Find("records").Find("Session").AsInt64(), 6);
  EXPECT_EQ(*expected->root().Find("charges").Find("lines").AsInt64(), 16);
  EXPECT_GT(*expected->root().Find("charges").Find("minor_units").AsInt64(), 16 * 10000);
}

TEST(Synth, RefusesAStartThatIsNoDay) {
  SynthOptions options;
  options.start = "yesterday";
  options.out = "unused";
  EXPECT_EQ(Synth(options), kUsage);
}

}  // namespace
}  // namespace kgw::ctl
