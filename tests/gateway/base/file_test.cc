#include "gateway/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gateway/base/strings.h"

namespace kgw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string PathOf(std::string_view name) {
  return StrCat(::testing::TempDir(), "kgw_file_", name);
}

void Write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(File, IsReadWhole) {
  const std::string path = PathOf("a");
  const std::string text("a\0b\n", 4);
  Write(path, text);
  EXPECT_EQ(ReadFile(path, 4).value(), text);
  Write(path, "");
  EXPECT_EQ(ReadFile(path, 0).value(), "");
  std::filesystem::remove(path);
}

TEST(File, ErrorsSayWhatToDo) {
  const std::string path = PathOf("b");
  EXPECT_TRUE(absl::IsNotFound(ReadFile(path, 10).status()));
  EXPECT_EQ(ReadFile(path, 10).status().message(), StrCat(path, " is not there: check the path"));
  Write(path, "12345");
  EXPECT_THAT(std::string(ReadFile(path, 4).status().message()), HasSubstr("larger than the 4"));
  EXPECT_THAT(std::string(ReadFile(::testing::TempDir(), 4).status().message()),
              HasSubstr("is a folder"));
  EXPECT_TRUE(absl::IsNotFound(ReadFile(path + "/x", 10).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadFile("/dev/zero", 1000).status()));
  std::filesystem::remove(path);
}

TEST(File, OpeningAPipeDoesNotWait) {
  const std::string path = PathOf("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(path, 10).value_or("none"), "");
  std::filesystem::remove(path);
}

TEST(Secret, ComesFromAFileOrTheEnvironment) {
  const std::string path = PathOf("secret");
  Write(path, "hunter2\r\n\n");
  EXPECT_EQ(ReadSecret(path, "", "bearer_token").value(), "hunter2");
  ASSERT_EQ(setenv("KGW_TEST_SECRET", "hunter3 ", 1), 0);
  EXPECT_EQ(ReadSecret("", "KGW_TEST_SECRET", "bearer_token").value(), "hunter3");
  std::filesystem::remove(path);
}

TEST(Secret, ErrorsNameTheSettingAndNeverTheSecret) {
  const auto error = [](const std::string& file, const std::string& environment) {
    return std::string(ReadSecret(file, environment, "bearer_token").status().message());
  };
  EXPECT_EQ(error("", ""), "bearer_token needs exactly one of file and environment");
  EXPECT_EQ(error("a", "b"), "bearer_token needs exactly one of file and environment");
  EXPECT_THAT(error("", "KGW_TEST_NOT_SET"), HasSubstr("KGW_TEST_NOT_SET is not set"));
  EXPECT_THAT(error("/nowhere/secret", ""), HasSubstr("bearer_token.file: /nowhere/secret is not"));
  ASSERT_EQ(setenv("KGW_TEST_SECRET", " \n", 1), 0);
  EXPECT_EQ(error("", "KGW_TEST_SECRET"), "bearer_token: the secret is empty");
  ASSERT_EQ(setenv("KGW_TEST_SECRET", std::string(70'000, 's').c_str(), 1), 0);
  EXPECT_THAT(error("", "KGW_TEST_SECRET"), HasSubstr("longer than 64 kB"));
  EXPECT_THAT(error("", "KGW_TEST_SECRET"), Not(HasSubstr("sss")));
}

}  // namespace
}  // namespace kgw
