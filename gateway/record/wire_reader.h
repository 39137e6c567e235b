#ifndef GATEWAY_RECORD_WIRE_READER_H_
#define GATEWAY_RECORD_WIRE_READER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/record/record.h"
#include "gateway/record/tree.h"

namespace kgw::record {

// Reads the wire format of kap.v1.Record in one pass and without a copy: the tree points into
// `bytes`. Stricter than protobuf: unknown fields, wrong wire types, invalid UTF-8, a singular
// field or a oneof given twice, numbers beyond their type and anything over a limit end in
// INVALID_ARGUMENT with field violations (gateway/base/violation.h), at most twenty of them. What
// it accepts protobuf reads the same. Memory is bounded by the limits, not by the bytes.
absl::StatusOr<Tree> ReadWire(std::string_view bytes, const Limits& limits);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_WIRE_READER_H_
