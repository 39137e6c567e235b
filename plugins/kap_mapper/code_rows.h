#ifndef KGW_KAP_MAPPER_CODE_ROWS_H_
#define KGW_KAP_MAPPER_CODE_ROWS_H_

#include <cstdint>
#include <string_view>

// The shapes of the rows that codes/generate.py writes.
namespace kgw::kap {

enum class Code : uint16_t;

// `system` of a local row is the name of our own code system, without the canonical base.
struct CodeRow {
  std::string_view system;
  std::string_view code;
  std::string_view display;
  bool local;
};

// The codings an enum value of the schema has: `count` of them from `first` in kEnumCodeList.
struct EnumCodes {
  std::string_view name;
  uint16_t first;
  uint16_t count;
};

// The plain code of an enum value in one value set of FHIR.
struct EnumText {
  std::string_view name;
  std::string_view value_set;
  std::string_view code;
};

enum class Instrument : uint8_t { kPhq9, kGad7, kPcl5, kCssrs };

enum class ItemKind : uint8_t { kScore, kDifficulty, kPcl5, kYesNo };

struct ItemRow {
  std::string_view link_id;
  ItemKind kind;
  int max;
  std::string_view text;
};

enum class RuleKind : uint8_t {
  kFallPercent,
  kBelow,
  kAtMost,
  kAtLeast,
  kFallPoints,
  kFallPercentAndAtMost9,
};

struct RuleRow {
  std::string_view id;
  std::string_view version;
  RuleKind kind;
  Instrument instrument;
  int value;
  Code observation;
  std::string_view text;
};

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_CODE_ROWS_H_
