#include "gateway/plugin/elf.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "gateway/base/strings.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(Elf, ReadsWhatTheLoaderWouldRead) {
  const absl::StatusOr<ElfFacts> facts = ReadElf(LibraryBytes("good_mapper"));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_THAT(facts->exports, ElementsAre("kgw_entry_v1"));
  EXPECT_THAT(facts->needed, Contains("libc.so.6"));
  EXPECT_THAT(facts->needed, Contains("libstdc++.so.6"));
  EXPECT_FALSE(facts->text_relocations);
}

TEST(Elf, SeesAForeignLibraryAndAnExtraSymbol) {
  const absl::StatusOr<ElfFacts> needs = ReadElf(LibraryBytes("needs_library"));
  ASSERT_TRUE(needs.ok()) << needs.status();
  EXPECT_THAT(needs->needed, Contains("libz.so.1"));
  const absl::StatusOr<ElfFacts> extra = ReadElf(LibraryBytes("extra_symbol"));
  ASSERT_TRUE(extra.ok()) << extra.status();
  EXPECT_THAT(extra->exports, Contains("helper_of_the_author"));
  EXPECT_THAT(extra->exports, Contains("kgw_entry_v1"));
}

TEST(Elf, DoesNotTrustSectionHeaders) {
  std::string bytes = LibraryBytes("extra_symbol");
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  header.e_shoff = 0;
  header.e_shnum = 0;
  std::memcpy(bytes.data(), &header, sizeof(header));
  const absl::StatusOr<ElfFacts> facts = ReadElf(bytes);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_THAT(facts->exports, Contains("helper_of_the_author"));
}

TEST(Elf, RefusesOtherFiles) {
  for (const std::string& bytes : {std::string(), std::string("#!/bin/sh\necho no\n"),
                                   std::string("\x7f"
                                               "ELF"),
                                   std::string(4096, '\0')}) {
    EXPECT_EQ(Std(ReadElf(bytes).status().message()),
              "library: expected a 64-bit shared library of Linux, found another kind of file.");
  }
}

TEST(Elf, AnyCutEndsInAnAnswer) {
  const std::string whole = LibraryBytes("good_mapper");
  size_t refused = 0;
  for (size_t length = 0; length < whole.size(); length += length < 4096 ? 7 : 509) {
    if (!ReadElf(std::string_view(whole).substr(0, length)).ok()) ++refused;
  }
  EXPECT_GT(refused, 100u);
}

// Broken bytes in the headers and the dynamic tables: whatever they say, the reader stays within
// the file (the sanitizers watch) and comes back.
TEST(Elf, AnyFlippedByteEndsInAnAnswer) {
  const std::string whole = LibraryBytes("null_map");
  size_t refused = 0;
  for (size_t i = 0; i < whole.size(); i += i < 2048 ? 1 : 13) {
    for (const char value : {'\x00', '\xff', '\x80'}) {
      std::string changed = whole;
      changed[i] = value;
      if (!ReadElf(changed).ok()) ++refused;
    }
  }
  EXPECT_GT(refused, 20u);
}

}  // namespace
}  // namespace kgw::plugin
