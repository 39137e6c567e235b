#include "gateway/record/text_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace kgw::record {
namespace {

// The same word at every offset, so that it meets the fast path, its end and its edges.
TEST(TextScanTest, SeesEveryPlace) {
  for (size_t before = 0; before < 20; ++before) {
    for (size_t after = 0; after < 20; ++after) {
      const std::string left(before, 'a');
      const std::string right(after, 'z');
      EXPECT_EQ(ScanText(left + "~ " + right), TextKind::kPlain);
      for (const char* odd : {"\"", "\\", "\n", "\x7f", "\x1f", "é", "漢", "😀", "\xc2\x80"}) {
        EXPECT_EQ(ScanText(left + odd + right), TextKind::kValid) << before << " " << after;
      }
      for (const char* bad : {"\x80", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xbf\xbf",
                              "\xf5\x80\x80\x80", "\xf0\x9f\x98", "\xff"}) {
        EXPECT_EQ(ScanText(left + bad + right), TextKind::kNotUtf8) << before << " " << after;
      }
    }
  }
  EXPECT_EQ(ScanText(""), TextKind::kPlain);
}

TEST(TextScanTest, EveryByteAlone) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(8, static_cast<char>(c));
    const bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    const TextKind expected =
        c >= 0x80 ? TextKind::kNotUtf8 : (plain ? TextKind::kPlain : TextKind::kValid);
    EXPECT_EQ(ScanText(text), expected) << c;
  }
}

TEST(TextScanTest, ControlCharacters) {
  EXPECT_FALSE(HasControlCharacter("tab\tline\r\n", true));
  EXPECT_TRUE(HasControlCharacter("tab\t", false));
  EXPECT_TRUE(HasControlCharacter(std::string("\0", 1), true));
  EXPECT_TRUE(HasControlCharacter("\x7f", true));
  EXPECT_TRUE(HasControlCharacter("\xc2\x9f", true));
  EXPECT_FALSE(HasControlCharacter("\xc2\xa0 é", true));
}

}  // namespace
}  // namespace kgw::record
