#ifndef KGW_KAP_MAPPER_INSTRUMENTS_H_
#define KGW_KAP_MAPPER_INSTRUMENTS_H_

#include <optional>
#include <span>
#include <string_view>

#include "codes.h"

namespace kgw::kap {

// What is fixed about a questionnaire.
struct Definition {
  Instrument instrument;
  std::string_view name;        // in the schema
  std::string_view canonical;   // Questionnaire/NAME of our package
  std::string_view short_name;  // for people
  std::span<const ItemRow> items;
  int scored;       // items 1 to `scored` make the total
  Code score;       // the Observation of the total or of the risk
  int recall_days;  // how far back it asks; 0: not told by days
};

// nullptr for a questionnaire this mapper does not know.
const Definition* DefinitionOf(std::string_view enum_name);

// The band a total lies in; nothing for questionnaires without bands.
std::optional<Code> BandOf(Instrument instrument, int total);

// The coding of an item's score.
Code AnswerOf(ItemKind kind, int score);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_INSTRUMENTS_H_
