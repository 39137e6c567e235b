#include "gateway/pipeline/pipeline.h"

#include <string>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/pipeline/assembly.h"
#include "gateway/privacy/release.h"

namespace kgw::pipeline {
namespace {

constexpr std::string_view kRecordMediaType = "application/vnd.kap.record+json";

std::string LaneOf(const record::Record& record) {
  return record.patient.empty() ? StrCat(record.key.name.type, " ", record.key.name.id)
                                : StrCat("Patient ", record.patient);
}

plugin::MapInput MapInputOf(const Input& input) {
  plugin::MapInput made{kRecordMediaType, input.record->json, input.record->key.name.tenant};
  for (const record::Record* each : input.related) {
    made.related.push_back({kRecordMediaType, each->json});
  }
  return made;
}

// The first of them that learnt nothing about the record; null: none.
absl::Status* Undecided(std::vector<MappedBy>& mapped) {
  for (MappedBy& each : mapped) {
    if (each.result.undecided) return &each.result.status;
  }
  return nullptr;
}

}  // namespace

Pipeline::Pipeline(std::vector<RecordMapper> mappers, const fhir::Validator& validator,
                   std::vector<privacy::Route> routes)
    : mappers_(std::move(mappers)), validator_(validator), routes_(std::move(routes)) {}

std::vector<store::NewDelivery> Pipeline::DeliveriesOf(const record::Record& record) const {
  std::vector<store::NewDelivery> deliveries;
  for (const privacy::Route& route : routes_) {
    privacy::Release release = privacy::DecideRelease(route, record.key.name, record.test_data);
    if (release.verdict == privacy::ReleaseVerdict::kNotTaken) continue;
    const bool allowed = release.verdict == privacy::ReleaseVerdict::kAllowed;
    deliveries.push_back(
        {.destination = route.name,
         .lane = LaneOf(record),
         .state = allowed ? store::DeliveryState::kPending : store::DeliveryState::kWithheld,
         .why = std::move(release.why)});
  }
  return deliveries;
}

// For each record what its mappers answered, in the order of the table; nothing for one that is
// wrong in itself.
std::vector<std::vector<MappedBy>> Pipeline::Map(const std::vector<Input>& inputs,
                                                 absl::Duration timeout) const {
  std::vector<std::vector<MappedBy>> mapped(inputs.size());
  for (const RecordMapper& mapper : mappers_.mappers()) {
    std::vector<plugin::MapInput> taken;
    std::vector<size_t> positions;  // of each among the inputs
    for (size_t i = 0; i < inputs.size(); ++i) {
      const record::Record& record = *inputs[i].record;
      if (fhir::HasErrors(record.issues) || !mapper.Takes(record.key.name.type)) continue;
      taken.push_back(MapInputOf(inputs[i]));
      positions.push_back(i);
    }
    if (taken.empty()) continue;
    std::vector<plugin::MapResult> results = mapper.mapper->Map(taken, timeout);
    for (size_t i = 0; i < positions.size(); ++i) {
      mapped[positions[i]].push_back({mapper.name, std::move(results[i])});
    }
  }
  return mapped;
}

Processed Pipeline::Assemble(const record::Record& record, std::vector<MappedBy>& mapped) const {
  Processed result;
  if (fhir::HasErrors(record.issues)) {
    result.state = store::RecordState::kRejected;
    result.issues = record.issues;
  } else {
    result = Assembly(record, mapped, validator_).Run();
    if (result.state == store::RecordState::kMapped) result.deliveries = DeliveriesOf(record);
  }
  result.mapper = mappers_.IdentityOf(record.key.name.type);
  return result;
}

std::vector<absl::StatusOr<Processed>> Pipeline::Process(const std::vector<Input>& inputs,
                                                         absl::Duration timeout) const {
  std::vector<absl::StatusOr<Processed>> processed;
  processed.reserve(inputs.size());
  std::vector<std::vector<MappedBy>> mapped = Map(inputs, timeout);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (absl::Status* undecided = Undecided(mapped[i]); undecided != nullptr) {
      processed.emplace_back(std::move(*undecided));
    } else {
      processed.emplace_back(Assemble(*inputs[i].record, mapped[i]));
    }
  }
  return processed;
}

}  // namespace kgw::pipeline
