#include "gateway/record/forms.h"

#include <algorithm>
#include <cstddef>

#include "gateway/record/check_digits.h"
#include "gateway/record/decimal.h"
#include "gateway/record/text_scan.h"
#include "gateway/record/times.h"

namespace kgw::record {
namespace {

using kap::v1::Form;

constexpr size_t kMaxIdBytes = 256;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsAlphanumeric(char c) { return IsDigit(c) || IsUpper(c) || (c >= 'a' && c <= 'z'); }
bool IsUpperOrDigit(char c) { return IsUpper(c) || IsDigit(c); }

template <typename Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool IsDigits(std::string_view text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most && All(text, IsDigit);
}

bool IsTimeOf(std::string_view text, Precision least, Precision most) {
  const auto moment = ParseDateTime(text);
  return moment.has_value() && moment->precision >= least && moment->precision <= most;
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes && !HasControlCharacter(text, false);
}

bool IsCode(std::string_view text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ' &&
         text.find("  ") == std::string_view::npos && !HasControlCharacter(text, false);
}

bool IsUri(std::string_view text) {
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         All(text,
             [](char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"'; }) &&
         All(text.substr(0, colon),
             [](char c) { return IsAlphanumeric(c) || c == '+' || c == '.' || c == '-'; });
}

bool IsDea(std::string_view text) {
  return text.size() == 9 && IsUpper(text[0]) && (IsUpper(text[1]) || text[1] == '9') &&
         IsDigits(text.substr(2), 7, 7) && HasDeaDigit(text.substr(2));
}

// Letter, digit, letter or digit; from the fourth character on behind a point.
bool IsIcd10(std::string_view text) {
  if (text.size() < 3 || !IsUpper(text[0]) || !IsDigit(text[1]) || !IsUpperOrDigit(text[2])) {
    return false;
  }
  if (text.size() == 3) {
    return true;
  }
  const std::string_view rest = text.substr(4);
  return text[3] == '.' && !rest.empty() && rest.size() <= 4 && All(rest, IsUpperOrDigit);
}

// 90837, 0820T or G2083.
bool IsProcedure(std::string_view text) {
  return text.size() == 5 && All(text.substr(1, 3), IsDigit) && IsUpperOrDigit(text[0]) &&
         IsUpperOrDigit(text[4]) && (IsDigit(text[0]) || IsDigit(text[4]));
}

// Two to eight letters, then subtags of one to eight letters or digits.
bool IsLanguage(std::string_view text) {
  bool first = true;
  while (true) {
    const size_t dash = text.find('-');
    const std::string_view tag = text.substr(0, dash);
    const bool fits = first ? tag.size() >= 2 && tag.size() <= 8 &&
                                  All(tag, [](char c) { return IsAlphanumeric(c) && !IsDigit(c); })
                            : !tag.empty() && tag.size() <= 8 && All(tag, IsAlphanumeric);
    if (!fits) {
      return false;
    }
    if (dash == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dash + 1);
    first = false;
  }
}

// Four or five, three or four, one or two digits; ten or eleven in all.
bool IsNdc(std::string_view text) {
  const size_t one = text.find('-');
  const size_t two = one == std::string_view::npos ? one : text.find('-', one + 1);
  return two != std::string_view::npos && IsDigits(text.substr(0, one), 4, 5) &&
         IsDigits(text.substr(one + 1, two - one - 1), 3, 4) &&
         IsDigits(text.substr(two + 1), 1, 2) && text.size() >= 12 && text.size() <= 13;
}

bool IsNational(std::string_view text, Form form) {
  switch (form) {
    case kap::v1::FORM_NPI:
      return IsDigits(text, 10, 10) && HasNpiDigit(text);
    case kap::v1::FORM_DEA:
      return IsDea(text);
    case kap::v1::FORM_STATE:
      return text.size() == 2 && All(text, IsUpper);
    case kap::v1::FORM_TAXONOMY:
      return text.size() == 10 && text.back() == 'X' && All(text, IsUpperOrDigit);
    case kap::v1::FORM_NDC:
      return IsNdc(text);
    case kap::v1::FORM_PROCEDURE:
      return IsProcedure(text);
    case kap::v1::FORM_MODIFIER:
      return text.size() == 2 && All(text, IsUpperOrDigit);
    case kap::v1::FORM_PLACE_OF_SERVICE:
      return IsDigits(text, 2, 2);
    default:
      return true;
  }
}

}  // namespace

bool HasForm(std::string_view text, Form form) {
  switch (form) {
    case kap::v1::FORM_UNSPECIFIED:
      return true;
    case kap::v1::FORM_DECIMAL:
      return ParseDecimal(text).has_value();
    case kap::v1::FORM_DATE:
      return IsTimeOf(text, Precision::kDay, Precision::kDay);
    case kap::v1::FORM_PARTIAL_DATE:
      return IsTimeOf(text, Precision::kYear, Precision::kDay);
    case kap::v1::FORM_DATE_TIME:
      return IsTimeOf(text, Precision::kYear, Precision::kInstant);
    case kap::v1::FORM_INSTANT:
      return IsTimeOf(text, Precision::kInstant, Precision::kInstant);
    case kap::v1::FORM_ID:
      return IsId(text);
    case kap::v1::FORM_CODE:
      return IsCode(text);
    case kap::v1::FORM_URI:
      return IsUri(text);
    case kap::v1::FORM_SNOMED:
      return IsDigits(text, 6, 18) && text[0] != '0' && HasVerhoeffDigit(text);
    case kap::v1::FORM_RXNORM:
      return IsDigits(text, 1, 8) && text[0] != '0';
    case kap::v1::FORM_ICD10CM:
      return IsIcd10(text);
    case kap::v1::FORM_CURRENCY:
      return text.size() == 3 && All(text, IsUpper);
    case kap::v1::FORM_LANGUAGE:
      return IsLanguage(text);
    default:
      return IsNational(text, form);
  }
}

std::string_view DescriptionOf(Form form) {
  switch (form) {
    case kap::v1::FORM_DECIMAL:
      return "a decimal number without exponent, at most 18 digits, such as 1.50";
    case kap::v1::FORM_DATE:
      return "a day as YYYY-MM-DD";
    case kap::v1::FORM_PARTIAL_DATE:
      return "a date as YYYY, YYYY-MM or YYYY-MM-DD";
    case kap::v1::FORM_DATE_TIME:
      return "a date as YYYY, YYYY-MM or YYYY-MM-DD, or a time with seconds and offset as "
             "YYYY-MM-DDThh:mm:ss+hh:mm";
    case kap::v1::FORM_INSTANT:
      return "a time with seconds and offset as YYYY-MM-DDThh:mm:ss+hh:mm";
    case kap::v1::FORM_ID:
      return "an id of 1 to 256 bytes without control characters";
    case kap::v1::FORM_CODE:
      return "a code without blanks at its ends";
    case kap::v1::FORM_URI:
      return "an absolute URI";
    case kap::v1::FORM_NPI:
      return "a National Provider Identifier: ten digits with their check digit";
    case kap::v1::FORM_DEA:
      return "a DEA registration: two letters and seven digits with their check digit";
    case kap::v1::FORM_SNOMED:
      return "a SNOMED CT concept id with its check digit";
    case kap::v1::FORM_RXNORM:
      return "an RxNorm concept id";
    case kap::v1::FORM_ICD10CM:
      return "an ICD-10-CM code with its point, such as F33.1";
    case kap::v1::FORM_PROCEDURE:
      return "a CPT or HCPCS code of five characters";
    case kap::v1::FORM_MODIFIER:
      return "a modifier of two capitals or digits";
    case kap::v1::FORM_PLACE_OF_SERVICE:
      return "a place of service of two digits";
    case kap::v1::FORM_CURRENCY:
      return "a currency of three capitals, such as USD";
    case kap::v1::FORM_LANGUAGE:
      return "a language tag, such as en-US";
    case kap::v1::FORM_STATE:
      return "a state as two capitals, such as CA";
    case kap::v1::FORM_TAXONOMY:
      return "a NUCC taxonomy code: nine characters and an X";
    case kap::v1::FORM_NDC:
      return "a National Drug Code with its hyphens, such as 50458-028-02";
    default:
      return "text";
  }
}

}  // namespace kgw::record
