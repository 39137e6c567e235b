#ifndef TESTS_GATEWAY_RECORD_DECODING_H_
#define TESTS_GATEWAY_RECORD_DECODING_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/violation.h"
#include "gateway/record/json_text.h"
#include "gateway/record/record.h"
#include "gateway/record/wire_reader.h"
#include "kap/v1/record.pb.h"

// Shorthands for tests that decode.
namespace kgw::record {

inline absl::StatusOr<Record> DecodeBytes(std::string bytes, const Limits& limits = {}) {
  return Decode(std::move(bytes), limits);
}

inline absl::StatusOr<Record> DecodeMessage(const kap::v1::Record& message) {
  return Decode(message.SerializeAsString(), Limits{});
}

// The canonical JSON of what no limit and no check has seen.
inline std::string CanonicalJson(const std::string& bytes) {
  const absl::StatusOr<Tree> tree = ReadWire(bytes, Limits{});
  return tree.ok() ? JsonText(*tree) : tree.status().ToString();
}

// "code expression" of each issue; a record that does not decode gives "refused".
inline std::vector<std::string> IssuesOf(const kap::v1::Record& message) {
  const auto record = DecodeMessage(message);
  if (!record.ok()) {
    return {"refused"};
  }
  std::vector<std::string> issues;
  for (const fhir::Issue& issue : record->issues) {
    issues.push_back(issue.code + " " + issue.expression);
  }
  return issues;
}

// The fields that a refusal names.
inline std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    fields.push_back(violation.field);
  }
  return fields;
}

}  // namespace kgw::record

#endif  // TESTS_GATEWAY_RECORD_DECODING_H_
