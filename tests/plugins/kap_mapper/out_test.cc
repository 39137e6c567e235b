#include "out.h"

#include <gtest/gtest.h>

#include "base64.h"

namespace kgw::kap {
namespace {

TEST(OutTest, PutsCommasWhereTheyAreDue) {
  std::string text;
  Out out(text);
  out.Begin();
  out.Plain("a", "x");
  out.BeginList("b");
  out.Begin();
  out.Number("n", -3);
  out.End();
  out.Raw("{}");
  out.Text("t");
  out.EndList();
  out.Begin("c");
  out.End();
  out.Bool("d", false);
  out.End();
  EXPECT_EQ(text, R"({"a":"x","b":[{"n":-3},{},"t"],"c":{},"d":false})");
}

TEST(OutTest, EscapesWhatJsonCannotHold) {
  std::string text;
  Out out(text);
  out.Text(std::string_view("a\"b\\c\n\r\t\x01\x1f \xc3\xa9:[{", 16));
  EXPECT_EQ(text, "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001F \xc3\xa9:[{\"");
}

TEST(OutTest, LeavesOutEmptyTexts) {
  std::string text;
  Out out(text);
  out.Begin();
  out.TextIf("a", "");
  out.TextIf("b", "1");
  out.End();
  EXPECT_EQ(text, R"({"b":"1"})");
}

TEST(Base64Test, FillsUp) {
  const auto encoded = [](std::string_view bytes) {
    std::string text;
    AppendBase64(text, bytes);
    return text;
  };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace kgw::kap
