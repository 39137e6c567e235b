#ifndef GATEWAY_PIPELINE_ASSEMBLY_H_
#define GATEWAY_PIPELINE_ASSEMBLY_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/fhir/validator.h"
#include "gateway/pipeline/processed.h"
#include "gateway/pipeline/references.h"
#include "gateway/plugin/mapper.h"
#include "gateway/record/record.h"

namespace kgw::pipeline {

// What one mapper answered for a record.
struct MappedBy {
  std::string_view mapper;  // its configured name
  plugin::MapResult result;
};

// What one record becomes, put together from what its mappers answered: each resource with its id,
// its labels and its references, checked. For one record, then thrown away.
class Assembly {
 public:
  // All must outlive it. `mapped` is in the order in which resources are to stand.
  Assembly(const record::Record& record, std::vector<MappedBy>& mapped,
           const fhir::Validator& validator);

  Processed Run();

 private:
  // A resource on its way: what it is made from, and by which of `mapped_`.
  struct Draft {
    std::string_view body;
    size_t by;
  };

  void Park(fhir::Issue issue);
  void Tell(fhir::Issue issue);
  void TakeIssues();
  bool AllMapped();
  void AssignIds();
  void TakeOutput(const plugin::Emitted& output, size_t by);
  void ParkRoleTwice(size_t index);
  void FinishOne(size_t index);
  const std::string& Labels();
  void TakeSignal(const plugin::Emitted& emitted);

  const record::Record& record_;
  std::vector<MappedBy>& mapped_;
  const fhir::Validator& validator_;
  ReferenceResolver resolver_;
  std::vector<Draft> drafts_;  // of result_.resources, in order
  std::vector<const plugin::Emitted*> signals_;
  std::string labels_;
  Processed result_;
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_ASSEMBLY_H_
