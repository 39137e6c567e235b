#include "gateway/store/rules/versions.h"

#include <algorithm>

namespace kgw::store {

std::optional<FeedRow> FeedRowOf(bool charged, bool billable) {
  if (billable) return FeedRow::kCharge;
  if (charged) return FeedRow::kVoid;
  return std::nullopt;
}

VersionOutcome PlaceVersion(const History& before, int64_t version, RecordState offered,
                            bool billable) {
  VersionOutcome outcome;
  outcome.state = offered;
  outcome.after = before;
  if (offered == RecordState::kRejected) return outcome;
  if (version < before.newest) outcome.state = RecordState::kSuperseded;
  outcome.after.newest = std::max(before.newest, version);
  if (outcome.state != RecordState::kMapped) return outcome;
  outcome.delivers = true;
  outcome.replaces = before.mapped;
  outcome.after.mapped = version;
  outcome.feed = FeedRowOf(before.charged, billable);
  outcome.after.charged = billable;
  return outcome;
}

PlacementVerdict JudgeAgain(const Sha256& stored, const Sha256& offered) {
  return stored == offered ? PlacementVerdict::kDuplicate : PlacementVerdict::kConflict;
}

void FeedOwed::Add(int64_t record, RecordState state, bool billable) {
  if (state != RecordState::kMapped) return;
  const auto found = charged_.find(record);
  const bool charged = found != charged_.end() && found->second;
  if (!FeedRowOf(charged, billable)) return;
  ++rows_;
  charged_[record] = billable;
}

}  // namespace kgw::store
