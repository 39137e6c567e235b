#include "gateway/main/meters.h"

#include <algorithm>

#include "absl/status/status.h"
#include "gateway/base/log.h"

namespace kgw::main {
namespace {

Tag CodeTag(absl::StatusCode code) { return Tag(absl::StatusCodeToString(code)); }

constexpr StaticText kRefused("Records refused before they were read, for want of room.");

// An attempt may take as long as its destination's time-out, a minute unless the operator says
// more.
const Bounds& AttemptBounds() {
  static const Bounds* const bounds = [] {
    auto* longer = new Bounds(SecondsBounds());
    longer->insert(longer->end(), {60, 120});
    return longer;
  }();
  return *bounds;
}

// For what somebody else counts. One thread at a time.
void RaiseTo(uint64_t value, Counter* counter) { counter->Add(value - counter->value()); }

}  // namespace

Meters::Meters(Metrics& metrics) : metrics_(metrics) {
  for (size_t i = 0; i < stages_.size(); ++i) {
    stages_[i] = metrics_.GetHistogram("kgw_stage_seconds", "Time of one record in a stage.",
                                       {{"stage", Tag(NameOf(static_cast<intake::Stage>(i)))}});
  }
  for (size_t i = 0; i < states_.size(); ++i) {
    states_[i] =
        metrics_.GetCounter("kgw_records_total", "Record versions stored, by state.",
                            {{"state", Tag(store::NameOf(static_cast<store::RecordState>(i)))}});
  }
  duplicates_ = metrics_.GetCounter("kgw_record_duplicates_total", "Records sent again.");
  conflicts_ = metrics_.GetCounter("kgw_record_conflicts_total",
                                   "Records with other content under a known version.");
  refused_of_caller_ =
      metrics_.GetCounter("kgw_admission_refused_total", kRefused, {{"full", "caller"}});
  refused_of_all_ = metrics_.GetCounter("kgw_admission_refused_total", kRefused, {{"full", "all"}});
}

void Meters::OnStage(intake::Stage stage, absl::Duration took) {
  stages_[static_cast<size_t>(stage)]->Observe(absl::ToDoubleSeconds(took));
}

void Meters::OnAnswer(store::PlacementVerdict verdict, store::RecordState state) {
  switch (verdict) {
    case store::PlacementVerdict::kStored:
      return states_[static_cast<size_t>(state)]->Add();
    case store::PlacementVerdict::kDuplicate:
      return duplicates_->Add();
    case store::PlacementVerdict::kConflict:
      return conflicts_->Add();
  }
}

void Meters::OnRefused(absl::StatusCode code) {
  metrics_
      .GetCounter("kgw_records_refused_total", "Records answered with an error, by status code.",
                  {{"code", CodeTag(code)}})
      ->Add();
}

void Meters::OnAttempt(const delivery::AttemptReport& report) {
  // What waits for another record, or may not leave, was never sent.
  if (!report.called) return;
  const Tag destination(report.destination);
  metrics_
      .GetCounter("kgw_delivery_attempts_total",
                  "Attempts to deliver, by destination and the state they ended in.",
                  {{"destination", destination}, {"state", Tag(store::NameOf(report.state))}})
      ->Add();
  metrics_
      .GetHistogram("kgw_delivery_attempt_seconds", "Time of one attempt to deliver.",
                    {{"destination", destination}}, AttemptBounds())
      ->Observe(absl::ToDoubleSeconds(report.took));
  if (report.error_class.empty()) return;
  metrics_
      .GetCounter("kgw_delivery_errors_total", "Attempts that failed, by class of error.",
                  {{"destination", destination}, {"class", Tag(report.error_class)}})
      ->Add();
}

void Meters::OnCircuit(std::string_view destination, bool open, std::string_view detail) {
  metrics_
      .GetGauge("kgw_destination_circuit_open", "1 while a destination is left alone.",
                {{"destination", Tag(destination)}})
      ->Set(open ? 1 : 0);
  if (open) {
    Log(LogLevel::kWarning, "destination does not answer and is left alone for a while",
        {{"destination", Tag(destination)}, {"detail", OperatorText(detail)}});
  } else {
    Log(LogLevel::kInfo, "destination answers again", {{"destination", Tag(destination)}});
  }
}

void Meters::OnTrouble(std::string_view destination, const absl::Status& status) {
  Log(LogLevel::kError, "the store refused a delivery's result; trying again",
      {{"destination", Tag(destination)}, {"code", status.code()}});
}

void Meters::OnCall(std::string_view plugin, std::string_view function, absl::Duration duration,
                    absl::StatusCode code) {
  const Tag name(plugin);
  const Tag called(function);
  metrics_
      .GetCounter("kgw_plugin_calls_total", "Calls of plug-ins, by function and result.",
                  {{"plugin", name}, {"function", called}, {"code", CodeTag(code)}})
      ->Add();
  metrics_
      .GetHistogram("kgw_plugin_call_seconds", "Time of one call of a plug-in.",
                    {{"plugin", name}, {"function", called}})
      ->Observe(absl::ToDoubleSeconds(duration));
}

std::string Meters::Render(store::Store& store, const intake::AdmissionBudget& budget,
                           const intake::Intake& intake, const Clock& clock) {
  metrics_.GetGauge("kgw_admission_bytes", "Bytes of unanswered records.")
      ->Set(static_cast<double>(budget.in_use()));
  metrics_.GetGauge("kgw_admission_limit_bytes", "Most bytes of unanswered records.")
      ->Set(static_cast<double>(budget.size()));
  RaiseTo(budget.refused_of_caller(), refused_of_caller_);
  RaiseTo(budget.refused_of_all(), refused_of_all_);
  metrics_.GetGauge("kgw_unanswered_records", "Records that have come in and are not answered.")
      ->Set(static_cast<double>(intake.unanswered()));
  metrics_.GetGauge("kgw_store_healthy", "1 while the store answers writes.")
      ->Set(store.Health().ok() && store.Room().ok() ? 1 : 0);
  if (const absl::StatusOr<int64_t> free = store.FreeBytes(); free.ok()) {
    metrics_.GetGauge("kgw_store_free_bytes", "Bytes that may still be written beside the store.")
        ->Set(static_cast<double>(*free));
  }
  absl::StatusOr<std::vector<store::DestinationDepth>> depths = store.Depths();
  if (!depths.ok()) return metrics_.Render();
  for (const store::DestinationDepth& depth : *depths) {
    const Tag destination(depth.destination);
    auto set = [&](LabelValue state, int64_t count) {
      metrics_
          .GetGauge("kgw_delivery_depth", "Deliveries in a state, by destination.",
                    {{"destination", destination}, {"state", state}})
          ->Set(static_cast<double>(count));
    };
    set("pending", depth.pending);
    set("waiting", depth.waiting);
    set("held", depth.held - depth.waiting);
    set("in_flight", depth.in_flight);
    set("dead", depth.dead);
    const bool waits = depth.oldest < absl::InfiniteFuture();
    const double age = waits ? absl::ToDoubleSeconds(clock.Now() - depth.oldest) : 0;
    metrics_
        .GetGauge("kgw_delivery_oldest_seconds",
                  "Age of the oldest delivery that has not ended, by destination.",
                  {{"destination", destination}})
        ->Set(std::max(0.0, age));
  }
  return metrics_.Render();
}

}  // namespace kgw::main
