#ifndef KGW_KAP_MAPPER_FLAG_H_
#define KGW_KAP_MAPPER_FLAG_H_

#include "mapping.h"

namespace kgw::kap {

// A resource of this record.
struct Written {
  std::string_view type;
  Role role;
};

// An alert about a danger of suicide, beside the signal: it stands in the chart from `since` until
// a later version of the record is without it. `detail` says more. Nothing for old records: what
// was true then is no alert now.
void WriteFlag(Mapping& m, Role role, Code rule, std::string_view since, Written detail);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_FLAG_H_
