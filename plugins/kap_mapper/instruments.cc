#include "instruments.h"

namespace kgw::kap {
namespace {

constexpr Definition kDefinitions[] = {
    {Instrument::kPhq9, "INSTRUMENT_PHQ9", "phq-9", "PHQ-9", kPhq9Items, 9, Code::kPhq9Total, 14},
    {Instrument::kGad7, "INSTRUMENT_GAD7", "gad-7", "GAD-7", kGad7Items, 7, Code::kGad7Total, 14},
    {Instrument::kPcl5, "INSTRUMENT_PCL5", "pcl-5", "PCL-5", kPcl5Items, 20, Code::kPcl5Total, 30},
    {Instrument::kCssrs, "INSTRUMENT_CSSRS_SCREENER", "c-ssrs-screener", "C-SSRS screener",
     kCssrsItems, 0, Code::kCssrsRisk, 0},
};

constexpr Code kScores[] = {Code::kScore0, Code::kScore1, Code::kScore2, Code::kScore3};
constexpr Code kDifficulties[] = {Code::kDifficulty0, Code::kDifficulty1, Code::kDifficulty2,
                                  Code::kDifficulty3};
constexpr Code kPcl5Answers[] = {Code::kPcl50, Code::kPcl51, Code::kPcl52, Code::kPcl53,
                                 Code::kPcl54};

}  // namespace

const Definition* DefinitionOf(std::string_view enum_name) {
  for (const Definition& definition : kDefinitions) {
    if (definition.name == enum_name) return &definition;
  }
  return nullptr;
}

std::optional<Code> BandOf(Instrument instrument, int total) {
  if (instrument == Instrument::kPhq9) {
    if (total >= 20) return Code::kSeveritySevereScore;
    if (total >= 15) return Code::kSeverityModeratelySevereScore;
  } else if (instrument == Instrument::kGad7) {
    if (total >= 15) return Code::kSeveritySevereScore;
  } else {
    return std::nullopt;
  }
  if (total >= 10) return Code::kSeverityModerateScore;
  if (total >= 5) return Code::kSeverityMildScore;
  return Code::kSeverityMinimalScore;
}

Code AnswerOf(ItemKind kind, int score) {
  switch (kind) {
    case ItemKind::kScore:
      return kScores[score];
    case ItemKind::kDifficulty:
      return kDifficulties[score];
    case ItemKind::kPcl5:
      return kPcl5Answers[score];
    case ItemKind::kYesNo:
      break;
  }
  return score == 1 ? Code::kYes : Code::kNo;
}

}  // namespace kgw::kap
