#include "codes.h"

#include <gtest/gtest.h>

#include "instruments.h"

namespace kgw::kap {
namespace {

TEST(CodesTest, KnowsTheCodingsOfAnEnumValue) {
  const auto lozenge = CodesOf("MEDICATION_FORM_LOZENGE");
  ASSERT_EQ(lozenge.size(), 2u);
  const auto sedation = CodesOf("ADVERSE_EVENT_KIND_SEDATION");
  ASSERT_EQ(sedation.size(), 2u);
  EXPECT_TRUE(RowOf(sedation[0]).local);  // our own first: no standard code means the same
  EXPECT_EQ(RowOf(sedation[1]).code, "271782001");
  EXPECT_TRUE(CodesOf("MEDICATION_FORM_UNSPECIFIED").empty());
  EXPECT_TRUE(CodesOf("").empty());
}

TEST(CodesTest, KnowsThePlainCodeInAValueSet) {
  EXPECT_EQ(TextOf("VISIT_STATUS_NO_SHOW", "encounter-status"), "cancelled");
  EXPECT_EQ(TextOf("VISIT_STATUS_NO_SHOW", "name-use"), "");
  EXPECT_EQ(TextOf("", "name-use"), "");
}

TEST(CodesTest, WritesLocalCodesUnderTheCanonicalBase) {
  const Codings codings("https://example.org/fhir");
  EXPECT_EQ(codings.Json(Code::kPhaseJourney),
            R"({"system":"https://example.org/fhir/CodeSystem/kap-phase","code":"journey",)"
            R"("display":"Journey"})");
  EXPECT_EQ(codings.Json(Code::kHeartRate),
            R"({"system":"http://loinc.org","code":"8867-4","display":"Heart rate"})");
}

TEST(InstrumentsTest, BandsOfTheTotals) {
  const auto band = [](Instrument instrument, int total) {
    const auto code = BandOf(instrument, total);
    return code ? RowOf(*code).code : std::string_view("none");
  };
  EXPECT_EQ(band(Instrument::kPhq9, 0), "minimal");
  EXPECT_EQ(band(Instrument::kPhq9, 4), "minimal");
  EXPECT_EQ(band(Instrument::kPhq9, 5), "mild");
  EXPECT_EQ(band(Instrument::kPhq9, 10), "moderate");
  EXPECT_EQ(band(Instrument::kPhq9, 15), "moderately-severe");
  EXPECT_EQ(band(Instrument::kPhq9, 19), "moderately-severe");
  EXPECT_EQ(band(Instrument::kPhq9, 27), "severe");
  EXPECT_EQ(band(Instrument::kGad7, 14), "moderate");
  EXPECT_EQ(band(Instrument::kGad7, 15), "severe");
  EXPECT_EQ(band(Instrument::kPcl5, 80), "none");
}

}  // namespace
}  // namespace kgw::kap
