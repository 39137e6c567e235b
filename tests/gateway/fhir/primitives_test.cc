#include "gateway/fhir/primitives.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kgw::fhir {
namespace {

using Check = bool (*)(std::string_view);

void Expect(Check check, const std::vector<std::string>& good,
            const std::vector<std::string>& bad) {
  for (const std::string& text : good) EXPECT_TRUE(check(text)) << "'" << text << "'";
  for (const std::string& text : bad) EXPECT_FALSE(check(text)) << "'" << text << "'";
  EXPECT_FALSE(check(""));
}

TEST(Primitives, WholeNumbers) {
  Expect(IsInteger, {"0", "-1", "2147483647", "-2147483648"},
         {"-", "01", "+1", "1.0", "1e3", "2147483648", "-2147483649", "99999999999999999999"});
  Expect(IsUnsignedInt, {"0", "7", "2147483647"}, {"-1", "00", "2147483648"});
  Expect(IsPositiveInt, {"1", "2147483647"}, {"0", "-1", "01"});
}

TEST(Primitives, Decimals) {
  Expect(IsDecimal, {"0", "-0.50", "1.2300", "1e10", "1.5E-7", "12345678901234567890.123"},
         {"-", ".5", "1.", "01", "+1", "1e", "1e+", "NaN", "1 "});
}

TEST(Primitives, Texts) {
  Expect(IsString, {"a", " ", "a\tb\r\nc", "\xC3\xA9"}, {std::string("a\0b", 3), "a\x01"});
  Expect(IsCode, {"final", "a b", "<="}, {" a", "a ", "a  b", "\ta", "a\n"});
  Expect(IsId, {"a", "A-1.b", std::string(64, 'x')}, {"a_b", "a b", std::string(65, 'x'), "a/b"});
}

TEST(Primitives, Identifiers) {
  Expect(IsUri, {"http://a", "urn:x", "kgw:self/Observation/bp", "#p1"}, {" ", "a b", "a\n"});
  Expect(IsOid, {"urn:oid:1.2.3", "urn:oid:2.16.840.1.113883.6.8", "urn:oid:0.0"},
         {"urn:oid:3.1", "urn:oid:1", "urn:oid:1.", "urn:oid:1.02", "1.2.3", "urn:oid:"});
  Expect(IsUuid,
         {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
          "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"},
         {"c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:c757873d-ec9a-4326-a141-556f4323952",
          "urn:uuid:c757873dxec9a-4326-a141-556f43239520"});
  Expect(IsBase64, {"YQ==", "YWI=", "YWJj", "YWJj\n ZGVm"},
         {"Y", "YQ=", "YQ===", "Y=Q=", "====", "YW-j"});
}

TEST(Primitives, Dates) {
  Expect(IsDate, {"2024", "2024-02", "2024-02-29", "0001-01-01", "2000-02-29"},
         {"0000", "24", "2024-13", "2024-00", "2023-02-29", "1900-02-29", "2024-04-31", "2024-1-1",
          "2024-01-01T00:00:00Z", "2024-", "2024-01-"});
  Expect(IsDateTime,
         {"2024", "2024-02", "2024-02-29", "2024-02-29T23:59:60Z", "2024-02-29T00:00:00.123+14:00",
          "2024-02-29T00:00:00-03:30"},
         {"2024-02-29T10:00Z", "2024-02-29T10:00:00", "2024-02T10:00:00Z", "2024-02-29T24:00:00Z",
          "2024-02-29T10:60:00Z", "2024-02-29T10:00:00.Z", "2024-02-29T10:00:00+14:30",
          "2024-02-29T10:00:00+0200", "2024-02-29 10:00:00Z", "2024-02-29T10:00:00Zx"});
  Expect(IsInstant, {"2024-02-29T10:00:00Z", "2024-02-29T10:00:00.000001+02:00"},
         {"2024-02-29", "2024-02-29T10:00:00"});
  Expect(IsTime, {"00:00:00", "23:59:59.999"}, {"24:00:00", "10:00", "10:00:00Z", "1:00:00"});
}

}  // namespace
}  // namespace kgw::fhir
