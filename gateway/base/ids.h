#ifndef GATEWAY_BASE_IDS_H_
#define GATEWAY_BASE_IDS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/record_key.h"

namespace kgw {

using Sha256 = std::array<uint8_t, 32>;

Sha256 Sha256Of(std::string_view bytes);
std::string HexOf(std::string_view bytes);
std::string HexOf(const Sha256& hash);

// Derives the ids of one record's resources: UUIDs of version 8 whose first 60 free bits come from
// the record and whose other 62 from the role, so that mapping again meets the same resource and
// one record's resources lie side by side in an index. The exact recipe is in
// docs/architecture.md, "Ids". Cheap to copy; safe from any thread.
class ResourceIds {
 public:
  // `patient` is the record id of the patient the record is about; a Patient record's own id; empty
  // where there is none.
  ResourceIds(const RecordName& record, std::string_view patient);

  // `role` begins with the resource type, e.g. "Observation/bp/1".
  std::string Of(std::string_view role) const;

 private:
  Sha256 record_hash_;
};

}  // namespace kgw

#endif  // GATEWAY_BASE_IDS_H_
