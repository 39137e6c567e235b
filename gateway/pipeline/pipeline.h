#ifndef GATEWAY_PIPELINE_PIPELINE_H_
#define GATEWAY_PIPELINE_PIPELINE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/fhir/validator.h"
#include "gateway/pipeline/mapper_table.h"
#include "gateway/pipeline/processed.h"
#include "gateway/privacy/route.h"
#include "gateway/record/record.h"

namespace kgw::pipeline {

struct MappedBy;

// A record to be processed. The records must outlive the call.
struct Input {
  const record::Record* record = nullptr;
  // Stored records that it is to be seen beside, for its mappers.
  std::vector<const record::Record*> related = {};
};

// check -> map -> validate -> label -> route. A function of its arguments: no threads, no I/O, no
// memory of earlier records. Safe from any thread.
class Pipeline {
 public:
  // `validator` must outlive the pipeline.
  Pipeline(std::vector<RecordMapper> mappers, const fhir::Validator& validator,
           std::vector<privacy::Route> routes);

  // One result for each record, in order; the records a mapper takes are mapped in one call of it.
  // A record of a type that none takes is parked. UNAVAILABLE with a delay: nothing was learnt
  // about the record, and nothing of it is to be kept.
  std::vector<absl::StatusOr<Processed>> Process(const std::vector<Input>& inputs,
                                                 absl::Duration timeout) const;

 private:
  std::vector<std::vector<MappedBy>> Map(const std::vector<Input>& inputs,
                                         absl::Duration timeout) const;
  Processed Assemble(const record::Record& record, std::vector<MappedBy>& mapped) const;
  std::vector<store::NewDelivery> DeliveriesOf(const record::Record& record) const;

  const MapperTable mappers_;
  const fhir::Validator& validator_;
  std::vector<privacy::Route> routes_;
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_PIPELINE_H_
