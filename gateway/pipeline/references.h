#ifndef GATEWAY_PIPELINE_REFERENCES_H_
#define GATEWAY_PIPELINE_REFERENCES_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"

namespace kgw::pipeline {

// Turns what a mapper wrote in place of a reference into "Type/id":
//   kgw:self/ROLE             a resource of the same record, by the role it was emitted under
//   kgw:record/TYPE/ID/ROLE   a resource of another record of the same tenant and source
// ROLE is taken as written (its segments percent-encoded, as emitted); ID is percent-decoded. A
// record type that belongs to a patient is looked for under this record's patient. The other record
// need not have arrived. One resolver for one record; one thread.
class ReferenceResolver {
 public:
  // The views, also those given later, and `self` must outlive the resolver.
  ReferenceResolver(const RecordName& self, std::string_view patient);

  const ResourceIds& ids() const { return self_ids_; }
  // False when the role is known already.
  bool AddOwnRole(std::string_view role, std::string_view id);

  // INVALID_ARGUMENT for an own role that was not emitted and for a form it does not know; OK with
  // an empty text when `reference` is none of ours and stays as it is. The text lives as long as
  // the resolver.
  absl::StatusOr<std::string_view> Resolve(std::string_view reference);

 private:
  absl::StatusOr<std::string_view> ResolveOther(std::string_view rest);

  const RecordName& self_;
  std::string_view patient_;
  ResourceIds self_ids_;
  std::unordered_map<std::string_view, std::string> own_;
  // Others are few and named often.
  std::map<std::string, std::string, std::less<>> others_;
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_REFERENCES_H_
