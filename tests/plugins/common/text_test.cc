#include "plugins/common/text.h"

#include <gtest/gtest.h>

namespace kgw::common {
namespace {

TEST(TextTest, EscapesWhatJsonCannotHold) {
  std::string text = "kept ";
  AppendJsonEscaped(text, std::string_view("a\"b\\c\n\r\t\x01\x1f \xc3\xa9:[{", 16));
  EXPECT_EQ(text, "kept a\\\"b\\\\c\\n\\r\\t\\u0001\\u001F \xc3\xa9:[{");
}

TEST(TextTest, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(PercentEncoded("R 2/3~a.b-c_D\xc3\xa9%+&"), "R%202%2F3~a.b-c_D%C3%A9%25%2B%26");
  std::string text = "kept/";
  AppendPercentEncoded(text, "a/b");
  EXPECT_EQ(text, "kept/a%2Fb");
}

}  // namespace
}  // namespace kgw::common
