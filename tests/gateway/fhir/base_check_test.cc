#include "gateway/fhir/base_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/base/strings.h"

namespace kgw::fhir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Each issue as "code path".
std::vector<std::string> Found(std::string_view text, std::string_view type) {
  std::vector<std::string> found;
  for (const Issue& issue : CheckBaseR4(text, type).issues) {
    EXPECT_EQ(issue.severity, Severity::kError);
    EXPECT_FALSE(issue.text.empty());
    found.push_back(StrCat(issue.code, " ", issue.expression));
  }
  return found;
}

// A good Observation with more members.
std::string Observation(std::string_view more) {
  return StrCat(R"({"resourceType":"Observation","status":"final","code":{"text":"x"})",
                more.empty() ? "" : ",", more, "}");
}

std::vector<std::string> FoundIn(std::string_view more) {
  return Found(Observation(more), "Observation");
}

TEST(BaseCheck, AGoodResourceHasNoIssues) {
  EXPECT_THAT(
      FoundIn(R"("valueQuantity":{"value":1.50,"unit":"mg"},"issued":"2024-05-17T09:30:00Z",)"
              R"("component":[{"code":{"text":"y"},"valueBoolean":true}])"),
      IsEmpty());
}

TEST(BaseCheck, UnknownElements) {
  EXPECT_THAT(FoundIn(R"("colour":{"a":[1,{"b":2}]},"component":[{"code":{},"x y":1}])"),
              ElementsAre("structure Observation.colour", "structure Observation.component[0].code",
                          "structure Observation.component[0]"));
  EXPECT_THAT(FoundIn(R"("_code":{"id":"a"})"), ElementsAre("structure Observation._code"));
  EXPECT_THAT(FoundIn(R"("":1,"_":{"id":"a"})"),
              ElementsAre("structure Observation", "structure Observation._"));
}

TEST(BaseCheck, WrongJsonTypes) {
  EXPECT_THAT(FoundIn(R"("valueBoolean":"true")"), ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueInteger":"1")"), ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueString":1)"), ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueString":{"a":1})"), ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("subject":"Patient/1")"), ElementsAre("structure Observation.subject"));
  EXPECT_THAT(FoundIn(R"("subject":null)"), ElementsAre("structure Observation.subject"));
  EXPECT_THAT(FoundIn(R"("_status":"x")"), ElementsAre("structure Observation.status"));
}

TEST(BaseCheck, ListsAndSingleValues) {
  EXPECT_THAT(FoundIn(R"("category":{"text":"x"})"), ElementsAre("structure Observation.category"));
  EXPECT_THAT(FoundIn(R"("subject":[{"reference":"Patient/1"}])"),
              ElementsAre("structure Observation.subject"));
  EXPECT_THAT(FoundIn(R"("category":[])"), ElementsAre("structure Observation.category"));
  EXPECT_THAT(
      FoundIn(R"("category":[[{"text":"x"}],{"text":"y"},{"txt":"z"}])"),
      ElementsAre("structure Observation.category[0]", "structure Observation.category[2].txt"));
}

TEST(BaseCheck, MissingElements) {
  EXPECT_THAT(Found(R"({"resourceType":"Observation","code":{"text":"x"}})", "Observation"),
              ElementsAre("required Observation.status"));
  EXPECT_THAT(Found(R"({"resourceType":"Observation"})", "Observation"),
              ElementsAre("required Observation.status", "required Observation.code"));
  EXPECT_THAT(FoundIn(R"("component":[{"code":{"text":"a"}},{"valueInteger":1}])"),
              ElementsAre("required Observation.component[1].code"));
  EXPECT_THAT(Found(R"({"resourceType":"MedicationAdministration","status":"completed",)"
                    R"("subject":{"display":"x"},"effectiveDateTime":"2024"})",
                    "MedicationAdministration"),
              ElementsAre("required MedicationAdministration.medication"));
}

TEST(BaseCheck, AnExtensionMayStandForAPrimitive) {
  EXPECT_THAT(Found(R"({"resourceType":"Observation","code":{"text":"x"},"_status":{"extension":)"
                    R"([{"url":"http://x","valueCode":"unknown"}]}})",
                    "Observation"),
              IsEmpty());
}

TEST(BaseCheck, EmptyThings) {
  EXPECT_THAT(FoundIn(R"("subject":{})"), ElementsAre("structure Observation.subject"));
  EXPECT_THAT(FoundIn(R"("valueString":"")"), ElementsAre("value Observation.value"));
  EXPECT_THAT(Found("{}", "Patient"), ElementsAre("structure Patient"));
  EXPECT_THAT(Found(R"({"resourceType":"Patient"})", "Patient"), IsEmpty());
}

TEST(BaseCheck, AChoiceIsMadeOnce) {
  EXPECT_THAT(FoundIn(R"("valueString":"a","valueInteger":1)"),
              ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueString":"a","_valueInteger":{"id":"x"})"),
              ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueString":"a","_valueString":{"id":"x"})"), IsEmpty());
  EXPECT_THAT(FoundIn(R"("valueString":"a","valueString":"b")"),
              ElementsAre("structure Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueAddress":{"city":"x"})"),
              ElementsAre("structure Observation.valueAddress"));
}

TEST(BaseCheck, DuplicateMembers) {
  EXPECT_THAT(FoundIn(R"("issued":"2024-05-17T09:30:00Z","issued":"2024-05-17T09:30:00Z")"),
              ElementsAre("structure Observation.issued"));
}

TEST(BaseCheck, PrimitiveFormats) {
  EXPECT_THAT(FoundIn(R"("issued":"2024-05-17")"), ElementsAre("value Observation.issued"));
  EXPECT_THAT(FoundIn(R"("valueDateTime":"2024-02-30")"), ElementsAre("value Observation.value"));
  EXPECT_THAT(FoundIn(R"("valueInteger":1.0)"), ElementsAre("value Observation.value"));
  EXPECT_THAT(FoundIn(R"("id":"a b")"), ElementsAre("value Observation.id"));
  EXPECT_THAT(FoundIn(R"("valueString":"a\u0000b")"), ElementsAre("value Observation.value"));
  EXPECT_THAT(FoundIn(R"("text":{"status":"generated","div":"plain"})"),
              ElementsAre("value Observation.text.div"));
}

TEST(BaseCheck, RequiredCodes) {
  EXPECT_THAT(
      Found(R"({"resourceType":"Observation","status":"done","code":{"text":"x"}})", "Observation"),
      ElementsAre("code-invalid Observation.status"));
  const auto condition = [](std::string_view status) {
    return Found(
        StrCat(R"({"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":)", status,
               "}"),
        "Condition");
  };
  const std::string system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
  EXPECT_THAT(condition(StrCat(R"({"coding":[{"system":")", system, R"(","code":"active"}]})")),
              IsEmpty());
  EXPECT_THAT(condition(R"({"coding":[{"system":"http://x","code":"y"},{"code":"active"}]})"),
              IsEmpty());
  EXPECT_THAT(condition(R"({"coding":[{"system":"http://x","code":"active"}]})"),
              ElementsAre("code-invalid Condition.clinicalStatus"));
  EXPECT_THAT(condition(StrCat(R"({"coding":[{"system":")", system, R"(","code":"dormant"}]})")),
              ElementsAre("code-invalid Condition.clinicalStatus"));
  EXPECT_THAT(condition(R"({"text":"active"})"),
              ElementsAre("code-invalid Condition.clinicalStatus"));
}

TEST(BaseCheck, Extensions) {
  const auto with = [](std::string_view extension) {
    return FoundIn(StrCat(R"("extension":[)", extension, "]"));
  };
  EXPECT_THAT(with(R"({"url":"http://x","valueCode":"a"})"), IsEmpty());
  EXPECT_THAT(with(R"({"url":"x","extension":[{"url":"y","valueInteger":1}]})"), IsEmpty());
  EXPECT_THAT(with(R"({"valueCode":"a"})"), ElementsAre("required Observation.extension[0].url"));
  EXPECT_THAT(with(R"({"url":"http://x"})"), ElementsAre("invariant Observation.extension[0]"));
  EXPECT_THAT(with(R"({"url":"x","valueCode":"a","extension":[{"url":"y","valueInteger":1}]})"),
              ElementsAre("invariant Observation.extension[0]"));
  EXPECT_THAT(with(R"({"url":"x","valueCode":"a","valueInteger":1})"),
              ElementsAre("structure Observation.extension[0].value"));
}

TEST(BaseCheck, NullsKeepListsInStep) {
  const auto patient = [](std::string_view name) {
    return Found(StrCat(R"({"resourceType":"Patient","name":[{)", name, "}]}"), "Patient");
  };
  EXPECT_THAT(patient(R"("given":["a",null],"_given":[null,{"id":"x"}])"), IsEmpty());
  EXPECT_THAT(patient(R"("given":["a",null])"), ElementsAre("structure Patient.name[0].given"));
  EXPECT_THAT(patient(R"("prefix":["a",{"b":1}])"),
              ElementsAre("structure Patient.name[0].prefix[1]"));
}

TEST(BaseCheck, ContainedResourcesAndEntries) {
  EXPECT_THAT(FoundIn(R"("contained":[{"resourceType":"Patient","id":"p","gender":"x"}])"),
              ElementsAre("code-invalid Observation.contained[0].gender"));
  EXPECT_THAT(FoundIn(R"("contained":[{"id":"p","gender":"male", "resourceType" : "Patient"}])"),
              IsEmpty());
  EXPECT_THAT(
      FoundIn(R"("contained":[{"id":"p","name":[{"x":"resourceType"}]},{"resourceType":"X"}])"),
      ElementsAre("structure Observation.contained[0]", "structure Observation.contained[1]"));
  EXPECT_THAT(Found(StrCat(R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)",
                           Observation(R"("status2":1)"), "}]}"),
                    "Bundle"),
              ElementsAre("structure Bundle.entry[0].resource.status2"));
}

TEST(BaseCheck, ResourceTypeMustBeTheExpectedOne) {
  EXPECT_THAT(Found(R"({"resourceType":"Patient"})", "Person"),
              ElementsAre("structure Person.resourceType"));
  EXPECT_THAT(Found(R"({"active":true,"resourceType":"Patient"})", "Patient"), IsEmpty());
  EXPECT_THAT(Found(R"({"active":true})", "Patient"), ElementsAre("required Patient.resourceType"));
  EXPECT_THAT(Found(R"({"resourceType":7})", "Patient"), Not(IsEmpty()));
  EXPECT_THAT(Found("{}", "Nonsense"), ElementsAre("structure resourceType"));
  EXPECT_THAT(Found("{}", ""), ElementsAre("structure resourceType"));
}

TEST(BaseCheck, NotAResourceAtAll) {
  for (const char* text :
       {"", "[]", "[{}]", "1", "\"x\"", "null", "true", "{", "{\"a\":}", "\xFF"}) {
    EXPECT_THAT(Found(text, "Patient"), Not(IsEmpty())) << text;
  }
}

TEST(BaseCheck, ReferencesAreFoundInOrder) {
  const std::string text = Observation(
      R"("subject":{"reference":"kgw:record/Patient/P%201/Patient"},"contained":[{"resourceType":)"
      R"("Basic","code":{"text":"x"},"subject":{"reference":"a\"\\b"}}],)"
      R"("performer":[{"reference":"kgw:self/Practitioner"}])");
  std::vector<std::string> references;
  const Findings findings = CheckBaseR4(text, "Observation");
  for (const ReferenceSpan& span : findings.spans.references) {
    references.push_back(text.substr(span.offset, span.size));
  }
  EXPECT_THAT(findings.issues, IsEmpty());
  EXPECT_THAT(references, ElementsAre("kgw:record/Patient/P%201/Patient", R"(a\"\\b)",
                                      "kgw:self/Practitioner"));
}

TEST(BaseCheck, IssuesNeverShowTheValue) {
  const std::string text = Observation(
      R"("issued":"Secretname","valueInteger":"Secretname","encounter":"Secretname","Secret name":1)");
  for (const Issue& issue : CheckBaseR4(text, "Observation").issues) {
    EXPECT_THAT(issue.text, Not(HasSubstr("Secret")));
    EXPECT_THAT(issue.expression, Not(HasSubstr("Secret")));
  }
}

TEST(BaseCheck, StopsAfterFiftyIssues) {
  std::string more = "\"x0\":1";
  for (int i = 1; i < 1000; ++i) StrAppend(&more, ",\"x", i, "\":1");
  EXPECT_EQ(FoundIn(more).size(), 50u);
}

TEST(BaseCheck, HostileNestingIsAnIssue) {
  std::string deep = "{\"resourceType\":\"Patient\",\"extension\":[";
  for (int i = 0; i < 500'000; ++i) deep += "{\"url\":\"x\",\"extension\":[";
  const Findings findings = CheckBaseR4(deep, "Patient");
  ASSERT_FALSE(findings.issues.empty());
  EXPECT_THAT(findings.issues.back().text, HasSubstr("nested deeper than 100"));
  // Every level looks ahead for its resourceType, which lies behind everything.
  std::string ahead = "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":";
  for (int i = 0; i < 200'000; ++i) ahead += "{\"entry\":[{\"resource\":";
  EXPECT_FALSE(CheckBaseR4(ahead, "Bundle").issues.empty());
}

}  // namespace
}  // namespace kgw::fhir
