#ifndef GATEWAY_INTAKE_OBSERVER_H_
#define GATEWAY_INTAKE_OBSERVER_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/store/new_version.h"

namespace kgw::intake {

// What a record's way through intake is measured in.
enum class Stage : uint8_t { kWait, kDecode, kMap, kCheck, kCommit, kTotal };
const char* NameOf(Stage stage);

// Where intake tells what happens, for metrics. Called from intake's and the store's threads; must
// return quickly. Holds nothing about a patient.
class Observer {
 public:
  virtual ~Observer() = default;
  // One record spent `took` in a stage; for a batch, its share.
  virtual void OnStage(Stage /*stage*/, absl::Duration /*took*/) {}
  virtual void OnAnswer(store::PlacementVerdict /*verdict*/, store::RecordState /*state*/) {}
  virtual void OnRefused(absl::StatusCode /*code*/) {}
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_OBSERVER_H_
