#include "gateway/ctl/record_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/folder/temporary_folder.h"

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
  const test::TemporaryFolder folder;
  int64_t count = 0;
  const auto all = ReadAll({folder.Write("a.jsonl", "{\"a\":1}\n\n{\"b\":2}\n{\"c\":3}")}, &count);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(all[1].line, 3) << "blank lines count as lines";
  EXPECT_EQ(all[2].json, "{\"c\":3}");
}

TEST(RecordFiles, ReadsAWholeFile) {
  const test::TemporaryFolder folder;
  const auto all = ReadAll({folder.Write("a.json", "{\n  \"a\": 1\n}\n")});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].json, "{\n  \"a\": 1\n}\n");
}

TEST(RecordFiles, SeesLinesInAFileWithoutATellingName) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(ReadAll({folder.Write("records", "{\"a\":1}\n{\"b\":2}\n")}).size(), 2u);
  EXPECT_EQ(ReadAll({folder.Write("one", "{\"a\":\n1}\n")}).size(), 1u);
}

TEST(RecordFiles, WalksFoldersInTheOrderOfNames) {
  const test::TemporaryFolder folder;
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

// Rights bind only those who are not root, so a test that root runs is somebody else meanwhile.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(seteuid(was_ == 0 ? 65534 : was_), 0); }
  ~AsNobody() { EXPECT_EQ(seteuid(was_), 0); }

 private:
  const uid_t was_ = geteuid();
};

TEST(RecordFiles, NamesWhatItMayNotRead) {
  const test::TemporaryFolder folder;
  folder.Write("closed/a.json", "{}");
  folder.Write("open/closed/b.json", "{}");
  const std::string file = folder.Write("file.json", "{}");
  namespace fs = std::filesystem;
  fs::permissions(folder.path(), fs::perms(0755));
  fs::permissions(folder.path() + "/open", fs::perms(0755));
  const std::string unreadable[] = {folder.path() + "/closed", folder.path() + "/open/closed",
                                    file};
  for (const std::string& path : unreadable) fs::permissions(path, fs::perms::none);
  {
    const AsNobody nobody;
    for (size_t i = 0; i < 3; ++i) {
      const std::string asked = i == 1 ? folder.path() + "/open" : unreadable[i];
      EXPECT_EQ(RecordFiles::Open({asked}).status(),
                absl::PermissionDeniedError(unreadable[i] +
                                            " may not be read: give your user the right to it"));
    }
    EXPECT_TRUE(
        absl::IsPermissionDenied(RecordFiles::Open({folder.path() + "/closed/a.json"}).status()));
  }
  for (const std::string& path : unreadable) fs::permissions(path, fs::perms(0755));
}

TEST(RecordFiles, ReadsAPipeOnce) {
  const test::TemporaryFolder folder;
  const std::string pipe = folder.path() + "/pipe.json";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n"; });
  int64_t count = -1;
  const auto all = ReadAll({pipe}, &count);
  writer.join();
  EXPECT_EQ(count, 0) << "not known";
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].line, 3);
}

}  // namespace
}  // namespace kgw::ctl
