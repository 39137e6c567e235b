#ifndef GATEWAY_RECORD_INSTRUMENTS_H_
#define GATEWAY_RECORD_INSTRUMENTS_H_

#include <cstdint>
#include <optional>

namespace kgw::record {

// What the answers to a questionnaire may look like; how they are scored is the mapper's business.
struct InstrumentShape {
  int items = 0;
  int max_score = 0;  // of one item
  int max_total = 0;  // 0: the questionnaire has no total
  bool yes_or_no = false;
  bool has_risk = false;
};

// By the number of a kap.v1.Instrument; nullopt for an unknown one.
std::optional<InstrumentShape> ShapeOf(int64_t instrument);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_INSTRUMENTS_H_
