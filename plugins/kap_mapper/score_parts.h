#ifndef KGW_KAP_MAPPER_SCORE_PARTS_H_
#define KGW_KAP_MAPPER_SCORE_PARTS_H_

#include "questionnaire.h"

// What the writers of one questionnaire's scores share.
namespace kgw::kap {

// Everything they need.
struct Work {
  Mapping& m;
  Node node;
  size_t index;
  const Occasion& occasion;
  const Answers& answers;
  std::string_view id;
  std::string_view time;

  std::string_view Path(std::string_view rest) const {
    return m.Path("questionnaires", index, rest);
  }
};

// Begins an Observation of a score.
Out& BeginScore(const Work& w, Role role);
// Extensions, code, status, category, subject, time and performer.
void WriteScoreHead(const Work& w, Code code, bool claimed);
// The answers it comes of; nothing where there are none.
void WriteDerivedFrom(const Work& w);

// The risk of a C-SSRS screener: its Observation, its Flag and its signals.
void MapRisk(const Work& w);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_SCORE_PARTS_H_
