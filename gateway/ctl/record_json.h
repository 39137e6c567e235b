#ifndef GATEWAY_CTL_RECORD_JSON_H_
#define GATEWAY_CTL_RECORD_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "gateway/v1/common.pb.h"
#include "kap/v1/record.pb.h"

namespace kgw::ctl {

// Reads proto3 JSON of kap.v1.Record. INVALID_ARGUMENT says what is wrong; unknown fields are.
absl::StatusOr<kap::v1::Record> RecordFromJson(const std::string& text);
gateway::v1::RecordKey KeyOf(const kap::v1::Record& record);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_RECORD_JSON_H_
