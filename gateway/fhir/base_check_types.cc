#include "gateway/fhir/base_check_types.h"

#include "gateway/fhir/definitions/r4_tables.h"
#include "gateway/fhir/primitives.h"

namespace kgw::fhir::internal {
namespace {

// The end of the string whose opening quote is at `at`: the offset of its closing quote.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at;
}

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && static_cast<unsigned char>(text[at]) <= ' ') ++at;
  return at;
}

}  // namespace

JsonForm FormOf(uint16_t type) {
  switch (type) {
    case r4::kBoolean:
      return JsonForm::kBoolean;
    case r4::kInteger:
    case r4::kUnsignedInt:
    case r4::kPositiveInt:
    case r4::kDecimal:
      return JsonForm::kNumber;
    default:
      return JsonForm::kString;
  }
}

bool HasFormOf(uint16_t type, std::string_view value, bool check_controls) {
  switch (type) {
    case r4::kInteger:
      return IsInteger(value);
    case r4::kUnsignedInt:
      return IsUnsignedInt(value);
    case r4::kPositiveInt:
      return IsPositiveInt(value);
    case r4::kDecimal:
      return IsDecimal(value);
    case r4::kCode:
      return IsCode(value);
    case r4::kId:
      return IsId(value);
    case r4::kUri:
    case r4::kUrl:
    case r4::kCanonical:
      return IsUri(value);
    case r4::kOid:
      return IsOid(value);
    case r4::kUuid:
      return IsUuid(value);
    case r4::kBase64Binary:
      return IsBase64(value);
    case r4::kInstant:
      return IsInstant(value);
    case r4::kDate:
      return IsDate(value);
    case r4::kDateTime:
      return IsDateTime(value);
    case r4::kTime:
      return IsTime(value);
    case r4::kXhtml:
      return value.substr(0, 4) == "<div";
    default:
      return check_controls ? IsString(value) : !value.empty();
  }
}

const char* Example(uint16_t type) {
  switch (type) {
    case r4::kBoolean:
      return "true or false";
    case r4::kInteger:
      return "a whole number of 32 bits";
    case r4::kUnsignedInt:
      return "a whole number from 0 to 2147483647";
    case r4::kPositiveInt:
      return "a whole number from 1 to 2147483647";
    case r4::kDecimal:
      return "a number";
    case r4::kCode:
      return "a code: no white space at its ends, single blanks inside";
    case r4::kId:
      return "an id: 1 to 64 letters, digits, '-' and '.'";
    case r4::kUri:
    case r4::kUrl:
    case r4::kCanonical:
      return "a URI without white space";
    case r4::kOid:
      return "an OID such as urn:oid:1.2.3";
    case r4::kUuid:
      return "a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520";
    case r4::kBase64Binary:
      return "base64 text in groups of four";
    case r4::kInstant:
      return "an instant such as 2024-05-17T09:30:00Z";
    case r4::kDate:
      return "a date such as 2024, 2024-05 or 2024-05-17";
    case r4::kDateTime:
      return "a date, or a time with seconds and offset such as 2024-05-17T09:30:00+02:00";
    case r4::kTime:
      return "a time of day such as 09:30:00";
    case r4::kXhtml:
      return "XHTML inside one <div>";
    default:
      return "text that is not empty and holds no control characters";
  }
}

std::string_view PeekResourceType(std::string_view text, size_t offset) {
  int depth = 0;
  for (size_t at = offset; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return {};
    } else if (c == '"') {
      const size_t begin = at + 1;
      at = SkipString(text, at);
      if (depth != 1 || at >= text.size() || text.substr(begin, at - begin) != "resourceType") {
        continue;
      }
      size_t next = SkipSpace(text, at + 1);
      if (next >= text.size() || text[next] != ':') continue;
      next = SkipSpace(text, next + 1);
      if (next >= text.size() || text[next] != '"') return {};
      const size_t end = SkipString(text, next);
      return end < text.size() ? text.substr(next + 1, end - next - 1) : std::string_view();
    }
  }
  return {};
}

}  // namespace kgw::fhir::internal
