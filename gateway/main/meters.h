#ifndef GATEWAY_MAIN_METERS_H_
#define GATEWAY_MAIN_METERS_H_

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/base/clock.h"
#include "gateway/base/metrics.h"
#include "gateway/delivery/observer.h"
#include "gateway/intake/admission_budget.h"
#include "gateway/intake/intake.h"
#include "gateway/intake/observer.h"
#include "gateway/plugin/services.h"
#include "gateway/store/store.h"

namespace kgw::main {

// Turns what intake, delivery and plug-ins tell into the figures of docs/reference/metrics.md. Safe
// from any thread.
class Meters final : public intake::Observer,
                     public delivery::Observer,
                     public plugin::CallObserver {
 public:
  explicit Meters(Metrics& metrics);

  void OnStage(intake::Stage stage, absl::Duration took) override;
  void OnAnswer(store::PlacementVerdict verdict, store::RecordState state) override;
  void OnRefused(absl::StatusCode code) override;

  void OnAttempt(const delivery::AttemptReport& report) override;
  void OnCircuit(std::string_view destination, bool open, std::string_view detail) override;
  void OnTrouble(std::string_view destination, const absl::Status& status) override;

  void OnCall(std::string_view plugin, std::string_view function, absl::Duration duration,
              absl::StatusCode code) override;

  // Brings the figures that are read and not counted up to date, and renders all. One thread at a
  // time.
  std::string Render(store::Store& store, const intake::AdmissionBudget& budget,
                     const intake::Intake& intake, const Clock& clock);

 private:
  Metrics& metrics_;
  // Asked for once: these are counted for each record.
  std::array<Histogram*, 6> stages_;
  std::array<Counter*, 5> states_;
  Counter* duplicates_;
  Counter* conflicts_;
  Counter* refused_of_caller_;
  Counter* refused_of_all_;
};

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_METERS_H_
