#include "gateway/plugin/manifest.h"

#include <gtest/gtest.h>

#include "gateway/base/strings.h"
#include "kgw/kgw.h"

namespace kgw::plugin {
namespace {

const std::string kHash(64, 'a');

std::string Good() {
  return StrCat(R"({"manifest":1,"id":"org.example.a-b","version":"1.2.3-rc.1+7",)",
                R"("license":"Apache-2.0 OR MIT","abi":{"major":1,"minor":0},)",
                R"("platform":"linux-x86_64","interfaces":["kgw.mapper/1","kgw.connector/1"],)",
                R"("flags":["thread-safe","pure","isolate"],"services":[{"id":"kgw.http/1"}],)",
                R"("file":"a.so","sha256":")", kHash,
                R"(","status":"beta","security_posture":"Reads nothing.",)",
                R"("resource_types":["Observation","Patient"]})");
}

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, ReadsEveryMember) {
  const absl::StatusOr<Manifest> m = ParseManifest(Good());
  ASSERT_TRUE(m.ok()) << m.status();
  EXPECT_EQ(m->id, "org.example.a-b");
  EXPECT_EQ(m->version, "1.2.3-rc.1+7");
  EXPECT_EQ(m->license, "Apache-2.0 OR MIT");
  EXPECT_EQ(m->abi_major, 1u);
  EXPECT_EQ(m->abi_minor, 0u);
  EXPECT_EQ(m->platform, "linux-x86_64");
  EXPECT_EQ(m->interfaces, (std::vector<std::string>{"kgw.mapper/1", "kgw.connector/1"}));
  EXPECT_EQ(m->flags, KGW_THREAD_SAFE | KGW_PURE | KGW_ISOLATE);
  EXPECT_EQ(m->services, std::vector<std::string>{"kgw.http/1"});
  EXPECT_EQ(m->file, "a.so");
  EXPECT_EQ(m->sha256, kHash);
  EXPECT_EQ(m->status, "beta");
  EXPECT_EQ(m->security_posture, "Reads nothing.");
  EXPECT_EQ(m->resource_types, (std::vector<std::string>{"Observation", "Patient"}));
}

struct Refused {
  const char* from;
  const char* to;
  const char* sentence;
};

class ManifestRefusal : public testing::TestWithParam<Refused> {};

TEST_P(ManifestRefusal, IsOneSentence) {
  const absl::StatusOr<Manifest> m = ParseManifest(Replace(Good(), GetParam().from, GetParam().to));
  ASSERT_FALSE(m.ok());
  EXPECT_EQ(m.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Std(m.status().message()), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ManifestRefusal,
    testing::Values(
        Refused{R"("manifest":1)", R"("manifest":2)", "manifest: expected 1, found 2."},
        Refused{R"("manifest":1,)", "", "manifest: expected 1, found nothing."},
        Refused{
            R"("status")", R"("statue")",
            "statue: expected one of manifest, id, version, license, abi, platform, interfaces, "
            "flags, services, file, sha256, status, security_posture, resource_types, found a "
            "member "
            "of another name."},
        Refused{R"("Observation","Patient")", R"("Observation","observation")",
                "resource_types[1]: expected a type of FHIR such as Observation, found "
                "\"observation\"."},
        Refused{R"("Observation","Patient")", R"("Patient","Patient")",
                "resource_types[1]: expected each once, found \"Patient\"."},
        Refused{R"(["Observation","Patient"])", R"("Observation")",
                "resource_types: expected a list, found \"Observation\"."},
        Refused{"org.example.a-b", "example",
                "id: expected a reverse domain name such as org.example.name, found \"example\"."},
        Refused{"org.example.a-b", "org..a",
                "id: expected a reverse domain name such as org.example.name, found \"org..a\"."},
        Refused{"org.example.a-b", "Org.example",
                "id: expected a reverse domain name such as org.example.name, found "
                "\"Org.example\"."},
        Refused{"1.2.3-rc.1+7", "1.2",
                "version: expected a semantic version such as 1.2.0, found \"1.2\"."},
        Refused{"1.2.3-rc.1+7", "01.2.3",
                "version: expected a semantic version such as 1.2.0, found \"01.2.3\"."},
        Refused{R"("Apache-2.0 OR MIT")", R"("")",
                "license: expected an SPDX licence expression, found \"\"."},
        Refused{R"("Apache-2.0 OR MIT")", R"(["MIT"])",
                "license: expected an SPDX licence expression, found a list."},
        Refused{R"({"major":1,"minor":0})", "1",
                "abi: expected an object with major and minor, found 1."},
        Refused{R"("major":1)", R"("major":"1")",
                "abi.major: expected a whole number, found \"1\"."},
        Refused{R"("minor":0)", R"("minor":-1)", "abi.minor: expected a whole number, found -1."},
        Refused{R"("minor":0)", R"("minor":0.5)", "abi.minor: expected a whole number, found 0.5."},
        Refused{R"("minor":0)", R"("minor":0,"patch":1)",
                "abi.patch: expected one of major, minor, found a member of another name."},
        Refused{R"("linux-x86_64")", "null",
                "platform: expected a platform such as linux-x86_64, found nothing."},
        Refused{R"(["kgw.mapper/1","kgw.connector/1"])", "[]",
                "interfaces: expected at least one, found an empty list."},
        Refused{"kgw.connector/1", "kgw.connector",
                "interfaces[1]: expected an interface such as kgw.mapper/1, found "
                "\"kgw.connector\"."},
        Refused{"kgw.connector/1", "kgw.mapper/1",
                "interfaces[1]: expected each once, found \"kgw.mapper/1\"."},
        Refused{R"("flags":["thread-safe","pure","isolate"],)", "",
                "flags: expected a list, found nothing."},
        Refused{R"("pure")", R"("fast")",
                "flags[1]: expected thread-safe, pure or isolate, found \"fast\"."},
        Refused{R"([{"id":"kgw.http/1"}])", R"(["kgw.http/1"])",
                "services[0]: expected an object with id, found \"kgw.http/1\"."},
        Refused{R"({"id":"kgw.http/1"})", R"({"id":"kgw.http/1","hosts":[]})",
                "services[0].hosts: expected only id, found a member of another name."},
        Refused{R"("kgw.http/1")", R"("http")",
                "services[0].id: expected a service such as kgw.http/1, found \"http\"."},
        Refused{R"("a.so")", R"("../a.so")",
                "file: expected the name of a .so file in the same folder, found \"../a.so\"."},
        Refused{R"("a.so")", R"(".so")",
                "file: expected the name of a .so file in the same folder, found \".so\"."},
        Refused{R"("beta")", R"("ready")",
                "status: expected experimental, beta or stable, found \"ready\"."}));

TEST(Manifest, RefusesAHashOfTheWrongForm) {
  std::string upper = Replace(Good(), kHash, std::string(64, 'A'));
  EXPECT_EQ(Std(ParseManifest(upper).status().message()),
            StrCat("sha256: expected 64 lower-case hexadecimal digits, found \"",
                   std::string(64, 'A'), "\"."));
}

TEST(Manifest, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "[]", "1", "{\"manifest\":1,}", "\xff\xfe"}) {
    const absl::StatusOr<Manifest> m = ParseManifest(text);
    ASSERT_FALSE(m.ok()) << text;
    EXPECT_TRUE(Std(m.status().message()).starts_with("manifest: expected ")) << m.status();
  }
}

TEST(Manifest, RefusesADuplicateMember) {
  const std::string twice = Replace(Good(), R"("manifest":1)", R"("manifest":1,"file":"b.so")");
  EXPECT_FALSE(ParseManifest(twice).ok());
}

TEST(Manifest, IsBounded) {
  const std::string large = Good() + std::string(kMaxManifestBytes, ' ');
  EXPECT_EQ(Std(ParseManifest(large).status().message()),
            StrCat("manifest: expected at most 65536 bytes, found ", large.size(), " bytes."));
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += R"({"manifest":)";
  EXPECT_FALSE(ParseManifest(deep).ok());
  std::string flags = "[";
  for (int i = 0; i < 17; ++i) StrAppend(&flags, i == 0 ? "" : ",", "\"f", i, "\"");
  const std::string many = Replace(Good(), R"(["thread-safe","pure","isolate"])", flags + "]");
  EXPECT_EQ(Std(ParseManifest(many).status().message()),
            "flags: expected a list of at most 16, found one of 17.");
}

TEST(Manifest, NamesFlagsAsItWritesThem) {
  EXPECT_EQ(NamesOfFlags(0), "none");
  EXPECT_EQ(NamesOfFlags(KGW_THREAD_SAFE | KGW_PURE | KGW_ISOLATE), "thread-safe, pure, isolate");
  EXPECT_EQ(NamesOfFlags(KGW_PURE | 64u), "pure, unknown flags of value 64");
}

TEST(Manifest, CutsAndCleansWhatItQuotes) {
  const std::string strange =
      Replace(Good(), "org.example.a-b", "a\\u0007\\n" + std::string(500, 'x'));
  const std::string message(Std(ParseManifest(strange).status().message()));
  EXPECT_LT(message.size(), 400u);
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_NE(message.find("found \"a??xxx"), std::string::npos) << message;
}

}  // namespace
}  // namespace kgw::plugin
