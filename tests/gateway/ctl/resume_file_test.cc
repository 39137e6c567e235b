#include "gateway/ctl/resume_file.h"

#include <gtest/gtest.h>

#include "tests/support/folder/temporary_folder.h"

namespace kgw::ctl {
namespace {

TEST(ResumeFile, RemembersAcrossRuns) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/state";
  {
    auto file = ResumeFile::Open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_FALSE(file->Answered("a.jsonl", 1));
    file->Add("a.jsonl", 1);
    file->Add("with\tname", 2);
  }
  const auto again = ResumeFile::Open(path);
  EXPECT_TRUE(again->Answered("a.jsonl", 1));
  EXPECT_TRUE(again->Answered("with\tname", 2));
  EXPECT_FALSE(again->Answered("a.jsonl", 2));
}

TEST(ResumeFile, DoesNotCountALineThatWasCutOff) {
  const test::TemporaryFolder folder;
  const std::string path = folder.Write("state", "1\ta.jsonl\n12\ta.js");
  {
    auto file = ResumeFile::Open(path);
    EXPECT_TRUE(file->Answered("a.jsonl", 1));
    EXPECT_FALSE(file->Answered("a.js", 12));
    file->Add("a.jsonl", 2);
  }
  EXPECT_TRUE(ResumeFile::Open(path)->Answered("a.jsonl", 2));
}

TEST(ResumeFile, SaysWhenItCannotBeWritten) {
  EXPECT_FALSE(ResumeFile::Open("/no/such/folder/state").ok());
}

}  // namespace
}  // namespace kgw::ctl
