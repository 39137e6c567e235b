#include "gateway/record/instruments.h"

#include "kap/v1/questionnaire.pb.h"

namespace kgw::record {

std::optional<InstrumentShape> ShapeOf(int64_t instrument) {
  switch (instrument) {
    case kap::v1::INSTRUMENT_PHQ9:
      return InstrumentShape{.items = 10, .max_score = 3, .max_total = 27};
    case kap::v1::INSTRUMENT_GAD7:
      return InstrumentShape{.items = 7, .max_score = 3, .max_total = 21};
    case kap::v1::INSTRUMENT_PCL5:
      return InstrumentShape{.items = 20, .max_score = 4, .max_total = 80};
    case kap::v1::INSTRUMENT_CSSRS_SCREENER:
      return InstrumentShape{.items = 7, .yes_or_no = true, .has_risk = true};
    default:
      return std::nullopt;
  }
}

}  // namespace kgw::record
