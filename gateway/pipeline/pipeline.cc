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

std::vector<RoutedDelivery> Pipeline::DeliveriesOf(const record::Record& record) const {
  std::vector<RoutedDelivery> routed;
  for (const privacy::Route& route : routes_) {
    privacy::Release release = privacy::DecideRelease(route, record.key.name, record.test_data);
    if (release.verdict == privacy::ReleaseVerdict::kNotTaken) continue;
    const bool allowed = release.verdict == privacy::ReleaseVerdict::kAllowed;
    routed.push_back({route.name, allowed ? Decision::kSend : Decision::kWithhold,
                      std::move(release.why), LaneOf(record)});
  }
  return routed;
}

// For each record what its mappers answered, in the order of the table; nothing for one that is
// wrong in itself.
std::vector<std::vector<MappedBy>> Pipeline::Map(const std::vector<const record::Record*>& records,
                                                 absl::Duration timeout) const {
  std::vector<std::vector<MappedBy>> mapped(records.size());
  for (const RecordMapper& mapper : mappers_.mappers()) {
    std::vector<plugin::MapInput> inputs;
    std::vector<size_t> positions;  // of each input among the records
    for (size_t i = 0; i < records.size(); ++i) {
      const record::Record& record = *records[i];
      if (fhir::HasErrors(record.issues) || !mapper.Takes(record.key.name.type)) continue;
      inputs.push_back({kRecordMediaType, record.json, record.key.name.tenant});
      positions.push_back(i);
    }
    if (inputs.empty()) continue;
    std::vector<plugin::MapResult> results = mapper.mapper->Map(inputs, timeout);
    for (size_t i = 0; i < positions.size(); ++i) {
      mapped[positions[i]].push_back({mapper.name, std::move(results[i])});
    }
  }
  return mapped;
}

std::vector<Processed> Pipeline::Process(const std::vector<const record::Record*>& records,
                                         absl::Duration timeout) const {
  std::vector<Processed> processed(records.size());
  std::vector<std::vector<MappedBy>> mapped = Map(records, timeout);
  for (size_t i = 0; i < records.size(); ++i) {
    const record::Record& record = *records[i];
    Processed& result = processed[i];
    if (fhir::HasErrors(record.issues)) {
      result.state = State::kRejected;
      result.issues = record.issues;
    } else if (absl::Status* undecided = Undecided(mapped[i]); undecided != nullptr) {
      result.undecided = std::move(*undecided);
      continue;
    } else {
      result = Assembly(record, mapped[i], validator_).Run();
      if (result.state == State::kMapped) result.deliveries = DeliveriesOf(record);
    }
    result.mapper = mappers_.IdentityOf(record.key.name.type);
  }
  return processed;
}

}  // namespace kgw::pipeline
