#ifndef KGW_KAP_MAPPER_PROVENANCE_H_
#define KGW_KAP_MAPPER_PROVENANCE_H_

#include "mapping.h"

namespace kgw::kap {

// The one Provenance of a record: who wrote it, who sent it, which message it was. The last
// resource of each record, for it names all others. `session` is a Session the record follows, or
// empty.
void WriteProvenance(Mapping& m, std::string_view session);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_PROVENANCE_H_
