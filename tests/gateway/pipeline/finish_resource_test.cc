#include "gateway/pipeline/finish_resource.h"

#include <gtest/gtest.h>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check.h"

namespace kgw::pipeline {
namespace {

constexpr std::string_view kLabels = R"({"system":"s","code":"R"})";

class FinishResourceTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Finish(std::string_view mapped, std::string_view type = "Basic") {
    const fhir::Findings findings = fhir::CheckBaseR4(mapped, type);
    return FinishResource(mapped, type, "the-id", kLabels, findings.spans, resolver_);
  }

  RecordName self_{"t", "s", "Visit", "V-1"};
  ReferenceResolver resolver_{self_, "P-1"};
};

TEST_F(FinishResourceTest, PutsIdAndLabelsAtTheFront) {
  const auto finished = Finish(R"({"resourceType":"Basic","code":{"text":"x"}})");
  ASSERT_TRUE(finished.ok()) << finished.status();
  EXPECT_EQ(
      *finished,
      R"({"resourceType":"Basic","id":"the-id","meta":{"security":[{"system":"s","code":"R"}]})"
      R"(,"code":{"text":"x"}})");
}

TEST_F(FinishResourceTest, KeepsTheMapperOwnMeta) {
  const auto finished =
      Finish(R"({"resourceType":"Basic","meta":{"profile":["http://p"]},"code":{"text":"x"}})");
  ASSERT_TRUE(finished.ok()) << finished.status();
  EXPECT_EQ(
      *finished,
      R"({"resourceType":"Basic","id":"the-id","meta":{"security":[{"system":"s","code":"R"}],)"
      R"("profile":["http://p"]},"code":{"text":"x"}})");
}

// Each of these has a meta that text cannot be spliced into.
TEST_F(FinishResourceTest, LabelsThroughATreeWhereItMust) {
  for (
      const char* mapped :
      {R"({"resourceType":"Basic","code":{"text":"x"},"meta":{"profile":["http://p"]}})",
       R"({"resourceType":"Basic","meta":{},"code":{"text":"x"}})",
       R"({"resourceType":"Basic","meta":{"security":[{"code":"PSY"}]},"code":{"text":"x"}})",
       R"({"resourceType":"Basic","contained":[{"resourceType":"Basic","meta":{"profile":["http://p"]},"code":{"text":"x"}}],"code":{"text":"x"}})"}) {
    const auto finished = Finish(mapped);
    ASSERT_TRUE(finished.ok()) << finished.status() << mapped;
    const auto parsed = json::Document::Parse(*finished);
    ASSERT_TRUE(parsed.ok()) << parsed.status() << *finished;
    const json::Value& security = parsed->root().Find("meta").Find("security");
    ASSERT_GE(security.size(), 1u) << *finished;
    EXPECT_EQ(security[security.size() - 1].TextOf("code"), "R") << *finished;
    EXPECT_EQ(parsed->root().TextOf("id"), "the-id");
  }
}

// However they are written, no member may be there twice afterwards.
TEST_F(FinishResourceTest, SeesMembersThroughEscapesAndWhiteSpace) {
  for (const char* mapped :
       {R"({"resourceType":"Basic","m\u0065ta":{"profile":["http://p"]},"code":{"text":"x"}})",
        R"({"resourceType":"Basic","meta" : {"profile":["http://p"]},"code":{"text":"x"}})",
        R"({"resourceType":"Basic","meta":{"s\u0065curity":[{"code":"PSY"}]},"code":{"text":"x"}})",
        R"({"resourceType":"Basic","meta":{"security" :[{"code":"PSY"}]},"code":{"text":"x"}})"}) {
    const auto finished = Finish(mapped);
    ASSERT_TRUE(finished.ok()) << finished.status() << mapped;
    const fhir::Findings again = fhir::CheckBaseR4(*finished, "Basic");
    EXPECT_TRUE(again.issues.empty()) << *finished;
    const auto parsed = json::Document::Parse(*finished);
    ASSERT_TRUE(parsed.ok()) << *finished;
    const json::Value& security = parsed->root().Find("meta").Find("security");
    EXPECT_EQ(security[security.size() - 1].TextOf("code"), "R") << *finished;
  }
}

TEST_F(FinishResourceTest, RefusesAnIdOfTheMappers) {
  EXPECT_FALSE(Finish(R"({"resourceType":"Basic","id":"x","code":{"text":"x"}})").ok());
  EXPECT_FALSE(Finish(R"({"resourceType":"Basic","code":{"text":"x"},"\u0069d":"x"})").ok());
  // A contained resource needs one.
  EXPECT_TRUE(
      Finish(
          R"({"resourceType":"Basic","contained":[{"resourceType":"Basic","id":"a","code":{"text":"x"}}],"code":{"text":"x"}})")
          .ok());
}

TEST_F(FinishResourceTest, RefusesAReferenceHiddenByEscapes) {
  EXPECT_FALSE(
      Finish(
          R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"\u006bgw:self/Never"}})")
          .ok());
}

TEST_F(FinishResourceTest, ResolvesReferencesInPlace) {
  const std::string encounter = resolver_.ids().Of("Encounter");
  resolver_.AddOwnRole("Encounter", encounter);
  const auto finished = Finish(
      R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"kgw:self/Encounter"},"author":{"reference":"#a"}})");
  ASSERT_TRUE(finished.ok()) << finished.status();
  const auto parsed = json::Document::Parse(*finished);
  ASSERT_TRUE(parsed.ok()) << *finished;
  EXPECT_EQ(parsed->root().Find("subject").TextOf("reference"), "Encounter/" + encounter);
  EXPECT_EQ(parsed->root().Find("author").TextOf("reference"), "#a");
}

TEST_F(FinishResourceTest, RefusesALiteralReference) {
  const auto with = [](std::string_view reference) {
    return StrCat(R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":")",
                  reference, R"("}})");
  };
  EXPECT_FALSE(Finish(with("Patient/77")).ok());
  EXPECT_FALSE(Finish(with("77")).ok());
  EXPECT_TRUE(Finish(with("https://ehr.example.org/fhir/Patient/77")).ok());
  EXPECT_TRUE(Finish(with("urn:uuid:c757873d-ec9a-4326-a141-556f43239520")).ok());
}

TEST_F(FinishResourceTest, RefusesATextThatDoesNotBeginWithItsType) {
  EXPECT_FALSE(Finish(R"({ "resourceType":"Basic","code":{"text":"x"}})").ok());
  EXPECT_FALSE(Finish(R"({"code":{"text":"x"},"resourceType":"Basic"})").ok());
}

TEST_F(FinishResourceTest, RefusesADanglingReference) {
  EXPECT_FALSE(
      Finish(
          R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"kgw:self/Never"}})")
          .ok());
}

}  // namespace
}  // namespace kgw::pipeline
