#include "gateway/record/forms.h"

#include <gtest/gtest.h>

#include "gateway/record/decimal.h"

namespace kgw::record {
namespace {

struct Case {
  kap::v1::Form form;
  std::vector<std::string> right;
  std::vector<std::string> wrong;
};

TEST(FormsTest, RightAndWrong) {
  const std::vector<Case> cases = {
      {kap::v1::FORM_DECIMAL,
       {"0", "-0", "1.50", "0.05", "-12.5", "999999999999999999", "0.00000000000000001"},
       {"", "-", ".5", "5.", "01", "+1", "1e3", "1,5", " 1", "1.2.3", "NaN",
        "1234567890123456789"}},
      {kap::v1::FORM_DATE,
       {"2026-03-02", "2024-02-29", "0001-01-01"},
       {"2026-03", "2026-02-29", "2026-3-2", "0000-01-01", "2026-03-02T10:00:00Z", "20260302"}},
      {kap::v1::FORM_PARTIAL_DATE,
       {"2026", "2026-12", "2026-12-31"},
       {"26", "2026-13", "2026-00", "2026-12-32", "2026-", "2026-12-31T00:00:00Z"}},
      {kap::v1::FORM_DATE_TIME,
       {"2026", "2026-03-02", "2026-03-02T23:59:59Z"},
       {"2026-03-02T10:00Z", "2026-03-02T10:00:00"}},
      {kap::v1::FORM_INSTANT,
       {"2026-03-02T10:00:00Z", "2026-03-02T10:00:00.123456789-14:00", "2026-03-02T00:00:00+05:30"},
       {"2026-03-02", "2026-03-02T10:00:00", "2026-03-02T24:00:00Z", "2026-03-02T10:60:00Z",
        "2026-03-02T10:00:60Z", "2026-03-02T10:00:00+14:01", "2026-03-02T10:00:00+0530",
        "2026-03-02 10:00:00Z", "2026-03-02T10:00:00.Z", "2026-03-02T10:00:00.1234567891Z",
        "2026-03-02T10:00:00z", "2026-03-02T10:00:00Z "}},
      {kap::v1::FORM_ID, {"a", "Ä-1", " x"}, {"", std::string(257, 'a'), "a\tb"}},
      {kap::v1::FORM_CODE, {"MR", "a b"}, {"", " a", "a ", "a  b", "a\nb"}},
      {kap::v1::FORM_URI,
       {"urn:oid:1.2", "http://loinc.org"},
       {"loinc", ":x", "http:", "http://a b", "ht tp:x"}},
      {kap::v1::FORM_NPI, {"1234567893", "1993999998"}, {"1234567890", "123456789", "12345678933"}},
      {kap::v1::FORM_DEA, {"AB1234563", "A91234563"}, {"AB1234567", "ab1234563", "AB123456"}},
      {kap::v1::FORM_SNOMED,
       {"58214004", "457441000124102", "1153570009"},
       {"4574410001244102", "75089007", "58214005", "0", "12345"}},
      {kap::v1::FORM_RXNORM, {"6130", "2201623"}, {"", "06130", "123456789", "61a"}},
      {kap::v1::FORM_ICD10CM,
       {"I10", "F33.1", "T14.91XA", "C7A.00", "F32.A"},
       {"F331", "f33.1", "F33.", "F3", "F33.12345", "33.1"}},
      {kap::v1::FORM_PROCEDURE,
       {"90837", "0820T", "G2083", "J0013"},
       {"9083", "G208A", "ABCDE", ""}},
      {kap::v1::FORM_MODIFIER, {"95", "GT"}, {"9", "gt", "955"}},
      {kap::v1::FORM_PLACE_OF_SERVICE, {"02", "10"}, {"2", "AA", "100"}},
      {kap::v1::FORM_CURRENCY, {"USD"}, {"usd", "US", "US1"}},
      {kap::v1::FORM_LANGUAGE, {"en", "en-US", "zh-Hant-TW"}, {"", "e", "en-", "en_US", "e1"}},
      {kap::v1::FORM_STATE, {"CA"}, {"Ca", "CAL", "C1"}},
      {kap::v1::FORM_TAXONOMY, {"2084P0800X"}, {"2084P0800", "2084P08000", "2084p0800X"}},
      {kap::v1::FORM_NDC,
       {"50458-028-02", "1234-5678-90", "12345-6789-1", "50458-0028-02"},
       {"50458028002", "504-028-02", "50458-028-021", "50458-028"}},
  };
  for (const Case& test : cases) {
    for (const std::string& text : test.right) {
      EXPECT_TRUE(HasForm(text, test.form)) << text << " is " << DescriptionOf(test.form);
    }
    for (const std::string& text : test.wrong) {
      EXPECT_FALSE(HasForm(text, test.form)) << text << " is not " << DescriptionOf(test.form);
    }
  }
}

TEST(FormsTest, EveryFormIsDescribedAndRefusesSomething) {
  for (int form = kap::v1::FORM_DECIMAL; form < kap::v1::Form_ARRAYSIZE; ++form) {
    EXPECT_NE(DescriptionOf(static_cast<kap::v1::Form>(form)), "text") << form;
    EXPECT_FALSE(HasForm("", static_cast<kap::v1::Form>(form))) << form;
  }
}

TEST(DecimalTest, ComparesWhateverTheScale) {
  const auto compare = [](const char* a, const char* b) {
    return Compare(*ParseDecimal(a), *ParseDecimal(b));
  };
  EXPECT_EQ(compare("1.50", "1.5"), 0);
  EXPECT_LT(compare("1.49", "1.5"), 0);
  EXPECT_GT(compare("-1", "-1.0001"), 0);
  EXPECT_LT(compare("0.00000000000000001", "999999999999999999"), 0);
  EXPECT_GT(compare("999999999999999999", "0.99999999999999999"), 0);
  EXPECT_EQ(compare("0", "-0.000"), 0);
}

TEST(DecimalTest, Multiplies) {
  const auto equals = [](const char* a, const char* b, const char* c) {
    return ProductEquals(*ParseDecimal(a), *ParseDecimal(b), *ParseDecimal(c));
  };
  EXPECT_TRUE(equals("100.0", "2", "200"));
  EXPECT_TRUE(equals("0.5", "0.5", "0.250"));
  EXPECT_TRUE(equals("0", "7", "0.0"));
  EXPECT_FALSE(equals("33.3", "3", "100"));
  EXPECT_FALSE(equals("999999999999999999", "999999999999999999", "1"));
}

}  // namespace
}  // namespace kgw::record
