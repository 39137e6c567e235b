#include "gateway/ctl/table.h"

#include <gtest/gtest.h>

#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

TEST(Table, LinesUpColumnsByCharacters) {
  Table table({"NAME", "N"});
  table.Add({"é", "1"});
  table.Add({"longer name", "22"});
  EXPECT_EQ(table.Render(),
            "NAME         N\n"
            "é            1\n"
            "longer name  22\n");
}

TEST(Table, ColoursOnlyStatesThatNeedSomebody) {
  Table table({"NAME", "STATE", "WHY"});
  table.Add({"held", "held", "waits"});
  table.Add({"b", "delivered", ""});
  table.Add({"c", "dead", "refused"});
  EXPECT_EQ(table.Render(/*colour=*/true),
            "NAME  STATE      WHY\n"
            "held  \033[33mheld\033[0m       waits\n"
            "b     delivered  \n"
            "c     \033[31mdead\033[0m       refused\n");
  EXPECT_EQ(table.Render().find('\033'), std::string::npos);
}

// A far side's words must not move the cursor of whoever reads them.
TEST(Table, ShowsControlCharactersAsBlanks) {
  Table table({"WHY"});
  table.Add(
      {"a\x1b[2Jb\xc2\x9b"
       "2Jc\nd\x7f"});
  EXPECT_EQ(table.Render(), "WHY\na [2Jb  2Jc d \n");
}

TEST(Printable, KeepsLinesTabsAndOtherAlphabets) {
  EXPECT_EQ(Printable("one\ttwo\nÄ é 日本"), "one\ttwo\nÄ é 日本");
}

}  // namespace
}  // namespace kgw::ctl
