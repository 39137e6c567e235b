#include "gateway/ctl/names.h"

#include <gtest/gtest.h>

#include "gateway/base/strings.h"

namespace kgw::ctl {
namespace {

TEST(CheckName, NamesTheNearestOrAll) {
  EXPECT_EQ(RecordTypes().size(), 7u);
  EXPECT_TRUE(CheckName("type of record", "Session", RecordTypes()).ok());
  EXPECT_EQ(Std(CheckName("type of record", "sesion", RecordTypes()).message()),
            "there is no type of record sesion; did you mean Session?");
  EXPECT_EQ(Std(CheckName("destination", "nope", {"hospital", "archive"}).message()),
            "there is no destination nope; there are: hospital, archive");
  EXPECT_EQ(Std(CheckName("destination", "nope", {}).message()), "there is no destination nope");
}

}  // namespace
}  // namespace kgw::ctl
