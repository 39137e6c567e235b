#include "gateway/plugin/admission.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "tests/gateway/plugin/staged_plugins.h"

namespace kgw::plugin {
namespace {

const std::set<std::string> kAllServices = {"kgw.http/1", "kgw.state/1"};

class Admission : public testing::Test {
 protected:
  std::string RefusalOf(const std::string& name,
                        const std::set<std::string>& services = kAllServices) {
    const absl::StatusOr<Candidate> c = Admit(staged_.folder(name), name, services);
    return c.ok() ? "admitted" : std::string(Std(c.status().message()));
  }

  StagedPlugins staged_;
};

TEST_F(Admission, GivesTheCheckedBytes) {
  staged_.Add("good_connector");
  const absl::StatusOr<Candidate> c =
      Admit(staged_.folder("good_connector"), "good_connector", kAllServices);
  ASSERT_TRUE(c.ok()) << c.status();
  EXPECT_EQ(c->bytes, LibraryBytes("good_connector"));
  EXPECT_EQ(c->manifest.id, "org.example.good-connector");
}

TEST_F(Admission, RefusesAnotherPlatform) {
  staged_.Add("good_mapper", {{"platform", R"("linux-riscv64")"}});
  EXPECT_EQ(RefusalOf("good_mapper"),
            StrCat("platform: expected ", HostPlatform(), ", found linux-riscv64."));
}

TEST_F(Admission, RefusesAnotherMajorVersion) {
  staged_.Add("good_mapper", {{"abi", R"({"major":2,"minor":0})"}});
  EXPECT_EQ(RefusalOf("good_mapper"), "abi.major: expected 1, found 2.");
}

// What a later version has added is no fault of the plug-in: its version is what to look at.
TEST_F(Admission, NamesTheVersionBeforeWhatCameWithIt) {
  staged_.Add("good_mapper", {{"abi", R"({"major":2,"minor":0})"},
                              {"region", R"("eu")"},
                              {"sha256", StrCat("\"", std::string(64, '0'), "\"")}});
  EXPECT_EQ(RefusalOf("good_mapper"), "abi.major: expected 1, found 2.");
}

TEST_F(Admission, RefusesANewerMinorVersion) {
  staged_.Add("good_mapper", {{"abi", R"({"major":1,"minor":7})"}});
  EXPECT_EQ(RefusalOf("good_mapper"), "abi.minor: expected at most 0, found 7.");
}

TEST_F(Admission, RefusesWhatWantsAProcessOfItsOwn) {
  staged_.Add("good_mapper", {{"flags", R"(["isolate"])"}});
  EXPECT_EQ(RefusalOf("good_mapper"),
            "flags: expected a plug-in that runs within the gateway's process, found isolate.");
}

TEST_F(Admission, RefusesAnInterfaceItDoesNotKnow) {
  staged_.Add("good_mapper", {{"interfaces", R"(["kgw.mapper/2"])"}});
  EXPECT_EQ(RefusalOf("good_mapper"),
            "interfaces: expected kgw.mapper/1 or kgw.connector/1, found kgw.mapper/2.");
}

TEST_F(Admission, RefusesAServiceThatWasNotGranted) {
  staged_.Add("good_connector");
  EXPECT_EQ(RefusalOf("good_connector", {"kgw.state/1"}),
            "services: expected what the operator grants (kgw.state/1), found kgw.http/1.");
  EXPECT_EQ(RefusalOf("good_connector", {}),
            "services: expected what the operator grants (none), found kgw.http/1.");
}

TEST_F(Admission, RefusesAServiceItDoesNotKnow) {
  staged_.Add("good_mapper", {{"services", R"([{"id":"kgw.shell/1"}])"}});
  EXPECT_EQ(RefusalOf("good_mapper"),
            "services: expected what the operator grants (kgw.http/1 or kgw.state/1), found "
            "kgw.shell/1.");
}

TEST_F(Admission, RefusesAnotherFileThanTheManifests) {
  staged_.Add("good_mapper");
  const std::string bytes = LibraryBytes("good_mapper");
  const std::string changed = bytes + "x";
  staged_.WriteFile("good_mapper", "good_mapper.so", changed);
  EXPECT_EQ(RefusalOf("good_mapper"),
            StrCat("sha256: expected ", HexOf(Sha256Of(bytes)), ", found ",
                   HexOf(Sha256Of(changed)), " for good_mapper.so."));
}

TEST_F(Admission, RefusesAMissingFile) {
  staged_.Add("good_mapper");
  std::filesystem::remove(staged_.folder("good_mapper") + "/good_mapper.so");
  EXPECT_EQ(RefusalOf("good_mapper"), "file: expected good_mapper.so, found no such file.");
}

TEST_F(Admission, RefusesAFolderInTheLibrarysPlace) {
  staged_.Add("good_mapper");
  std::filesystem::remove(staged_.folder("good_mapper") + "/good_mapper.so");
  std::filesystem::create_directory(staged_.folder("good_mapper") + "/good_mapper.so");
  EXPECT_EQ(RefusalOf("good_mapper"), "file: expected a file, found a folder, a pipe or the like.");
}

TEST_F(Admission, RefusesAPipeInTheLibrarysPlace) {
  staged_.Add("good_mapper");
  std::filesystem::remove(staged_.folder("good_mapper") + "/good_mapper.so");
  staged_.MakePipe("good_mapper", "good_mapper.so");
  EXPECT_EQ(RefusalOf("good_mapper"), "file: expected a file, found a folder, a pipe or the like.");
}

TEST_F(Admission, RefusesALongManifestByItsField) {
  staged_.WriteManifest("good_mapper", std::string(70'000, ' '));
  EXPECT_EQ(RefusalOf("good_mapper"), "manifest: expected at most 65536 bytes, found 70000 bytes.");
}

TEST_F(Admission, RefusesATextThatIsCalledALibrary) {
  const std::string text = "#!/bin/sh\n";
  staged_.Add("good_mapper", {{"sha256", StrCat("\"", HexOf(Sha256Of(text)), "\"")}});
  staged_.WriteFile("good_mapper", "good_mapper.so", text);
  EXPECT_EQ(RefusalOf("good_mapper"),
            "library: expected a 64-bit shared library of Linux, found another kind of file.");
}

TEST_F(Admission, RefusesMachineCodeOfAnotherKind) {
  std::string bytes = LibraryBytes("good_mapper");
  bytes[18] = '\x08';  // e_machine: MIPS
  bytes[19] = '\0';
  staged_.Add("good_mapper", {{"sha256", StrCat("\"", HexOf(Sha256Of(bytes)), "\"")}});
  staged_.WriteFile("good_mapper", "good_mapper.so", bytes);
  EXPECT_EQ(RefusalOf("good_mapper"), StrCat("library: expected machine code for ", HostPlatform(),
                                             ", found that of ELF machine 8."));
}

TEST_F(Admission, RefusesAMissingManifest) {
  EXPECT_TRUE(absl::IsNotFound(Admit(staged_.folder("none"), "none", kAllServices).status()));
}

// The order matters: the first thing wrong is what the operator reads.
TEST_F(Admission, ChecksTheHashBeforeWhatTheManifestClaims) {
  staged_.Add("good_mapper", {{"sha256", StrCat("\"", std::string(64, '0'), "\"")},
                              {"platform", R"("linux-riscv64")"}});
  EXPECT_TRUE(RefusalOf("good_mapper").starts_with("sha256: "));
}

}  // namespace
}  // namespace kgw::plugin
