#include <bitset>
#include <optional>

#include "gateway/base/strings.h"
#include "gateway/record/instruments.h"
#include "gateway/record/invariants.h"
#include "kap/v1/outcome.pb.h"

namespace kgw::record {
namespace {

using kap::v1::Baseline;
using kap::v1::Outcome;

void CheckOutcome(const Node& outcome, Findings& findings) {
  const bool custom = outcome.Number(Outcome::kTimePointFieldNumber) == kap::v1::TIME_POINT_CUSTOM;
  if (custom && !outcome.Has(Outcome::kTimePointLabelFieldNumber)) {
    findings.Error("required", outcome.Path("timePointLabel"),
                   "is missing: say which time point it is");
  }
  std::bitset<kap::v1::Instrument_ARRAYSIZE> seen;
  for (const Node& baseline : outcome.All(Outcome::kBaselinesFieldNumber)) {
    const int64_t instrument = baseline.Number(Baseline::kInstrumentFieldNumber);
    if (!ShapeOf(instrument)) {
      continue;  // said already
    }
    if (seen.test(static_cast<size_t>(instrument))) {
      findings.Error("invariant", baseline.Path("instrument"),
                     "another baseline has the same questionnaire");
    }
    seen.set(static_cast<size_t>(instrument));
  }
}

void CheckBaseline(const Node& baseline, Findings& findings) {
  const std::optional<InstrumentShape> shape =
      ShapeOf(baseline.Number(Baseline::kInstrumentFieldNumber));
  if (!shape) {
    return;  // said already
  }
  if (shape->max_total == 0) {
    findings.Error("value", baseline.Path("instrument"), "this questionnaire has no total");
  } else if (baseline.Number(Baseline::kTotalFieldNumber) > shape->max_total) {
    findings.Error("value", baseline.Path("total"), StrCat("must be at most ", shape->max_total));
  }
}

constexpr Invariant kInvariants[] = {{"Outcome", CheckOutcome}, {"Baseline", CheckBaseline}};

}  // namespace

std::span<const Invariant> OutcomeInvariants() { return kInvariants; }

}  // namespace kgw::record
