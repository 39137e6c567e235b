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

}  // namespace
}  // namespace kgw::ctl
