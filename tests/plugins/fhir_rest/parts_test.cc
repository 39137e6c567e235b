#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/fhir_rest/answer.h"
#include "plugins/fhir_rest/identity.h"
#include "plugins/fhir_rest/json.h"
#include "plugins/fhir_rest/link.h"
#include "plugins/fhir_rest/order.h"
#include "plugins/fhir_rest/outcome.h"
#include "plugins/fhir_rest/provenance.h"
#include "plugins/fhir_rest/references.h"
#include "plugins/fhir_rest/removal.h"
#include "plugins/fhir_rest/url.h"

namespace kgw::fhir_rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(UrlTest, FindsThePlaceInAnyFormOfLocation) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://x/fhir/Observation/12/_history/3", "Observation/12 3"},
      {"Observation/12", "Observation/12 "},
      {"/fhir/Observation/12/_history/3?x=y", "Observation/12 3"},
      {"https://x/fhir/Patient/12", " "},
      {"https://x/fhir/Observation/a b", " "},
      {"Observation", " "},
      {"", " "}};
  for (const auto& [location, expected] : cases) {
    const Place place = PlaceOf(location, "Observation");
    EXPECT_EQ(place.reference + " " + place.version, expected) << location;
  }
}

TEST(UrlTest, ReadsETags) {
  EXPECT_EQ(VersionOfETag("W/\"3\""), "3");
  EXPECT_EQ(VersionOfETag("\"3\""), "3");
  EXPECT_EQ(VersionOfETag("3"), "3");
  EXPECT_EQ(VersionOfETag("W/\"a\r\nX: y\""), "");
  EXPECT_EQ(VersionOfETag(""), "");
}

TEST(AnswerTest, ReadsRetryAfterInBothForms) {
  EXPECT_EQ(RetryAfterMs("120", 0), 120000);
  EXPECT_EQ(RetryAfterMs("Wed, 21 Oct 2015 07:28:00 GMT", 1445412480 - 30), 30000);
  EXPECT_EQ(RetryAfterMs("Wed, 21 Oct 2015 07:28:00 GMT", 1445412480 + 30), 0);
  EXPECT_EQ(RetryAfterMs("99999999999", 0), int64_t{24} * 3600 * 1000);
  EXPECT_EQ(RetryAfterMs("-5", 0), 0);
  EXPECT_EQ(RetryAfterMs("soon", 0), 0);
}

TEST(OutcomeTest, WordsAreBoundedAndPlain) {
  EXPECT_EQ(WordsOfBody("<html><p>Bad\n gateway\xff</p></html>", Json()), "Bad gateway");
  Json outcome = ParseJson(R"({"resourceType":"OperationOutcome","issue":[]})").value();
  Json issue = ParseJson(R"({"severity":"error","code":"value"})").value();
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "\xc3\xa4";
  issue.Set("diagnostics", Json::Text(umlauts));
  outcome.Find("issue")->items.push_back(issue);
  const std::string words = WordsOf(outcome);
  EXPECT_LE(words.size(), kLongestWords);
  EXPECT_TRUE(ParseJson(WriteJson(Json::Text(words))).has_value());  // no character cut in two
}

TEST(IdentityTest, TokensAreEscapedTwice) {
  EXPECT_EQ(SearchToken({"urn:a", "x,y|z"}), "urn%3Aa%7Cx%5C%2Cy%5C%7Cz");
}

TEST(IdentityTest, ContentIsComparedWithoutWhatServersAdd) {
  const Json a = ParseJson(R"({"id":"1","meta":{"versionId":"2"},"status":"final","b":1})").value();
  const Json b = ParseJson(R"({"b":1,"status":"final","id":"9","text":{"div":"x"}})").value();
  const Json c = ParseJson(R"({"b":2,"status":"final"})").value();
  EXPECT_TRUE(SameContent(a, b));
  EXPECT_FALSE(SameContent(a, c));
}

TEST(ProvenanceTest, InstantsAreComparedAsInstants) {
  auto made = [](const std::string& recorded, const std::string& value) {
    return ParseJson(
               R"({"recorded":")" + recorded +
               R"(","entity":[{"role":"source","what":{"identifier":{"system":"s","value":")" +
               value + R"("}}}]})")
        .value();
  };
  const Json a = made("2026-03-01T10:00:00+01:00", "S-1");
  EXPECT_TRUE(SameProvenance(a, made("2026-03-01T09:00:00.000Z", "S-1")));
  EXPECT_FALSE(SameProvenance(a, made("2026-03-01T09:00:00.001Z", "S-1")));
  EXPECT_FALSE(SameProvenance(a, made("2026-03-01T09:00:00Z", "S-2")));
  EXPECT_FALSE(SameProvenance(made("whenever", "S-1"), made("whenever", "S-1")));
}

TEST(ReferencesTest, OnlyOursAreTouched) {
  Json resource = ParseJson(R"({"a":{"reference":"#x"},"b":{"reference":"https://x/Patient/1"},)"
                            R"("c":{"reference":"urn:uuid:1"},"d":[{"reference":"Patient/1"}],)"
                            R"("e":{"reference":"Patient/2","identifier":{"value":"v"}}})")
                      .value();
  EXPECT_EQ(RewriteReferences(resource,
                              [](const std::string& ours) -> std::optional<std::string> {
                                if (ours == "Patient/1") return "Patient/77";
                                return std::nullopt;
                              }),
            1u);
  EXPECT_EQ(WriteJson(resource),
            R"({"a":{"reference":"#x"},"b":{"reference":"https://x/Patient/1"},)"
            R"("c":{"reference":"urn:uuid:1"},"d":[{"reference":"Patient/77"}],)"
            R"("e":{"identifier":{"value":"v"}}})");
}

TEST(OrderTest, WhatIsReferredToComesFirstAndRemovalsLast) {
  auto entry = [](const std::string& ours, const std::string& refers, bool remove) {
    Entry made;
    made.ours = ours;
    made.remove = remove;
    made.resource.Set("x", Json::Object()).Set("reference", Json::Text(refers));
    return made;
  };
  EXPECT_THAT(DependencyOrder({entry("A/1", "B/1", false), entry("D/1", "", true),
                               entry("B/1", "C/1", false), entry("C/1", "A/1", false)}),
              ElementsAre(3, 2, 0, 1));
}

TEST(RemovalTest, EachTypeIsMarkedInItsOwnWay) {
  auto marked = [](const std::string& json) {
    Json resource = ParseJson(json).value();
    return MarkAsRemoved(resource) ? WriteJson(resource) : "stays";
  };
  EXPECT_EQ(marked(R"({"resourceType":"Observation","status":"final"})"),
            R"({"resourceType":"Observation","status":"entered-in-error"})");
  const std::string condition =
      marked(R"({"resourceType":"Condition","clinicalStatus":{},"abatementString":"x"})");
  EXPECT_THAT(condition, HasSubstr("entered-in-error"));
  EXPECT_THAT(condition, ::testing::Not(HasSubstr("clinicalStatus")));
  EXPECT_THAT(condition, ::testing::Not(HasSubstr("abatement")));
  EXPECT_EQ(marked(R"({"resourceType":"Organization"})"),
            R"({"resourceType":"Organization","active":false})");
  EXPECT_EQ(marked(R"({"resourceType":"AdverseEvent"})"), "stays");
  EXPECT_EQ(marked(R"({"resourceType":"Provenance"})"), "stays");
}

}  // namespace
}  // namespace kgw::fhir_rest
