#ifndef TESTS_SUPPORT_RECORD_JSON_H_
#define TESTS_SUPPORT_RECORD_JSON_H_

#include <google/protobuf/util/json_util.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kap/v1/record.pb.h"

namespace kgw::test {

// The wire bytes of a record that is written as proto3 JSON, as protobuf reads it.
inline absl::StatusOr<std::string> WireFromJson(std::string_view json) {
  ::kap::v1::Record record;
  const auto read =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &record);
  if (!read.ok()) return absl::InvalidArgumentError(read.ToString());
  return record.SerializeAsString();
}

}  // namespace kgw::test

#endif  // TESTS_SUPPORT_RECORD_JSON_H_
