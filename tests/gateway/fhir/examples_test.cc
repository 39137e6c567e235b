// Holds the check against every example instance of R4 that HL7 publishes: it must find nothing in
// the good ones, and each of several thousand small damages that a test makes to them.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check.h"
#include "tests/support/folder/temporary_folder.h"
#include "tests/support/json_change.h"
#include "tests/support/json_text.h"

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
    if (!fs::exists(kArchive)) return texts;
    const test::TemporaryFolder folder;
    const std::string command = StrCat("tar -xzf ", kArchive, " -C ", folder.path());
    EXPECT_EQ(system(command.c_str()), 0);
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      if (entry.path().extension() != ".json" || entry.path().filename() == "package.json")
        continue;
      std::ifstream file(entry.path(), std::ios::binary);
      (*texts)[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
    }
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

// Every place in a tree where a member stands, as indices from the root.
struct Place {
  test::JsonWay way;
  std::string name;
};

void Collect(const json::Value& value, test::JsonWay& way, std::vector<Place>& places) {
  for (size_t i = 0; i < value.size(); ++i) {
    way.push_back(i);
    if (value.is_object()) {
      const json::Member& member = value.members_begin()[i];
      places.push_back({way, std::string(member.name)});
      Collect(member.value, way, places);
    } else {
      Collect(value[i], way, places);
    }
    way.pop_back();
  }
}

// The JSON text that takes the place of a value, or nothing, to leave it out.
using Change = std::function<std::optional<std::string>(const json::Value&)>;

const json::Value& At(const json::Value& root, const Place& place) {
  const json::Value* value = &root;
  for (const size_t i : place.way) {
    value = value->is_object() ? &value->members_begin()[i].value : &(*value)[i];
  }
  return *value;
}

std::string Mutated(const json::Document& document, const Place& place, const Change& change) {
  return test::WithChange(document.root(), place.way, change(At(document.root(), place)));
}

// Damages that base R4 forbids wherever they are made.
TEST(Examples, EveryWrongJsonTypeIsFound) {
  if (Absent()) GTEST_SKIP();
  const Change to_nested_list = [](const json::Value& value) {
    return StrCat("[", json::ToText(value), "]");
  };
  const Change to_object = [](const json::Value&) { return R"({"nonsense":"x"})"; };
  const Change to_empty_list = [](const json::Value&) { return "[]"; };
  const Change to_null = [](const json::Value&) { return "null"; };
  const Change to_empty_text = [](const json::Value&) { return R"("")"; };
  size_t made = 0;
  size_t number = 0;
  for (const auto& [name, text] : Examples()) {
    if (name == kKnownBad || text.size() > 30'000 || ++number % 5 != 0) continue;
    const absl::StatusOr<json::Document> document = json::Document::Parse(text);
    if (!document.ok()) continue;
    const std::string type(document->root().TextOf("resourceType"));
    std::vector<Place> places;
    test::JsonWay way;
    Collect(document->root(), way, places);
    for (const Place& place : places) {
      for (const Change* change :
           {&to_nested_list, &to_object, &to_empty_list, &to_null, &to_empty_text}) {
        ++made;
        EXPECT_TRUE(HasErrors(CheckBaseR4(Mutated(*document, place, *change), type).issues))
            << name << " at " << place.name << ", " << At(document->root(), place).size();
      }
    }
  }
  EXPECT_GT(made, 10'000u);
}

// Leaving out a member, misspelling a name or a code: what the table says of these is known for
// these places.
TEST(Examples, MissingMisspeltAndUncodedElementsAreFound) {
  if (Absent()) GTEST_SKIP();
  const Change leave_out = [](const json::Value&) { return std::nullopt; };
  const Change bad_code = [](const json::Value&) { return R"("no-such-code")"; };
  struct Damage {
    const char* file_prefix;
    const char* member;
    bool at_root;
    const Change& change;
    const char* issue_code;
  };
  const Damage damages[] = {
      {"Observation-", "status", true, leave_out, "required"},
      {"Observation-", "code", true, leave_out, "required"},
      {"Observation-", "status", true, bad_code, "code-invalid"},
      {"Encounter-", "status", true, leave_out, "required"},
      {"Encounter-", "class", true, leave_out, "required"},
      {"MedicationRequest-", "intent", true, leave_out, "required"},
      {"MedicationRequest-", "intent", true, bad_code, "code-invalid"},
      {"Procedure-", "subject", true, leave_out, "required"},
      {"Claim-", "priority", true, leave_out, "required"},
      {"Patient-", "gender", true, bad_code, "code-invalid"},
      {"Bundle-", "type", true, bad_code, "code-invalid"},
      {"Coverage-", "payor", true, leave_out, "required"},
      {"Consent-", "scope", true, leave_out, "required"},
      {"Provenance-", "target", true, leave_out, "required"},
      {"Condition-", "subject", true, leave_out, "required"},
      {"Questionnaire", "linkId", false, leave_out, "required"},
      {"AdverseEvent-", "actuality", true, bad_code, "code-invalid"},
  };
  for (const Damage& damage : damages) {
    size_t made = 0;
    for (const auto& [name, text] : Examples()) {
      if (name.rfind(damage.file_prefix, 0) != 0 || name == kKnownBad) continue;
      const absl::StatusOr<json::Document> document = json::Document::Parse(text);
      ASSERT_TRUE(document.ok()) << name;
      const std::string type(document->root().TextOf("resourceType"));
      std::vector<Place> places;
      test::JsonWay way;
      Collect(document->root(), way, places);
      for (const Place& place : places) {
        if (place.name != damage.member || (damage.at_root && place.way.size() != 1)) continue;
        ++made;
        const Issues issues = CheckBaseR4(Mutated(*document, place, damage.change), type).issues;
        ASSERT_EQ(issues.size(), 1u) << name;
        EXPECT_EQ(issues[0].code, damage.issue_code) << name;
        EXPECT_EQ(issues[0].expression.substr(issues[0].expression.rfind('.') + 1), damage.member);
      }
    }
    EXPECT_GT(made, 0u) << damage.file_prefix << damage.member;
  }
}

}  // namespace
}  // namespace kgw::fhir
