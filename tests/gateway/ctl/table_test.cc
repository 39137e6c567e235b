#include "gateway/ctl/table.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace kgw::ctl
