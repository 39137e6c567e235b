#include "gateway/pipeline/mapper_table.h"

#include <algorithm>
#include <utility>

#include "gateway/base/strings.h"

namespace kgw::pipeline {

bool RecordMapper::Takes(std::string_view record_type) const {
  return record_types.empty() ||
         std::find(record_types.begin(), record_types.end(), record_type) != record_types.end();
}

MapperTable::MapperTable(std::vector<RecordMapper> mappers) : mappers_(std::move(mappers)) {
  std::stable_partition(mappers_.begin(), mappers_.end(),
                        [](const RecordMapper& each) { return !each.beside; });
}

std::string MapperTable::IdentityOf(std::string_view record_type) const {
  std::string identity;
  for (const RecordMapper& each : mappers_) {
    if (!each.Takes(record_type)) continue;
    StrAppend(&identity, identity.empty() ? "" : ", ", each.mapper->identity());
  }
  return identity.empty() ? "none" : identity;
}

}  // namespace kgw::pipeline
