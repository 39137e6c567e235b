#include "gateway/ctl/record_files.h"

#include <gtest/gtest.h>

#include "tests/gateway/ctl/temporary_folder.h"

namespace kgw::ctl {
namespace {

std::vector<RecordText> ReadAll(const std::vector<std::string>& paths, int64_t* count = nullptr) {
  auto files = RecordFiles::Open(paths);
  EXPECT_TRUE(files.ok()) << files.status();
  if (count != nullptr) *count = files->Count();
  std::vector<RecordText> all;
  while (true) {
    auto next = files->Next();
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || !next->has_value()) return all;
    all.push_back(**next);
  }
}

TEST(RecordFiles, ReadsARecordALine) {
  const TemporaryFolder folder;
  int64_t count = 0;
  const auto all = ReadAll({folder.Write("a.jsonl", "{\"a\":1}\n\n{\"b\":2}\n{\"c\":3}")}, &count);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(all[1].line, 3) << "blank lines count as lines";
  EXPECT_EQ(all[2].json, "{\"c\":3}");
}

TEST(RecordFiles, ReadsAWholeFile) {
  const TemporaryFolder folder;
  const auto all = ReadAll({folder.Write("a.json", "{\n  \"a\": 1\n}\n")});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].json, "{\n  \"a\": 1\n}\n");
}

TEST(RecordFiles, SeesLinesInAFileWithoutATellingName) {
  const TemporaryFolder folder;
  EXPECT_EQ(ReadAll({folder.Write("records", "{\"a\":1}\n{\"b\":2}\n")}).size(), 2u);
  EXPECT_EQ(ReadAll({folder.Write("one", "{\"a\":\n1}\n")}).size(), 1u);
}

TEST(RecordFiles, WalksFoldersInTheOrderOfNames) {
  const TemporaryFolder folder;
  folder.Write("b/2.json", "{}");
  folder.Write("a/1.jsonl", "{}\n{}\n");
  folder.Write("a/readme.md", "not a record");
  const auto all = ReadAll({folder.path()});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].file.ends_with("1.jsonl"));
  EXPECT_TRUE(all[2].file.ends_with("2.json"));
}

TEST(RecordFiles, NamesThePathThatIsNotThere) {
  const auto files = RecordFiles::Open({"no/such/file.json"});
  EXPECT_TRUE(absl::IsNotFound(files.status()));
}

}  // namespace
}  // namespace kgw::ctl
