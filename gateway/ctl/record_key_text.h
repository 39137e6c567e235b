#ifndef GATEWAY_CTL_RECORD_KEY_TEXT_H_
#define GATEWAY_CTL_RECORD_KEY_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/v1/common.pb.h"

namespace kgw::ctl {

// A record's key as people and scripts write it: TENANT/SOURCE/TYPE/ID, with /VERSION for a version
// other than the newest; or the JSON object {tenant, source, type, id, version} that kapctl prints.
// INVALID_ARGUMENT says which part is missing.
absl::StatusOr<gateway::v1::RecordKey> ParseRecordKey(std::string_view text);
std::string RecordKeyText(const gateway::v1::RecordKey& key);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_RECORD_KEY_TEXT_H_
