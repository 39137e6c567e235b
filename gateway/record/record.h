#ifndef GATEWAY_RECORD_RECORD_H_
#define GATEWAY_RECORD_RECORD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"
#include "gateway/fhir/issue.h"

namespace kgw::record {

struct Limits {
  size_t max_bytes = size_t{4} << 20;
  int max_depth = 100;
  size_t max_list = 2000;    // entries of one repeated field
  size_t max_parts = 10000;  // repeated entries of the whole record
};

enum class LoadMode : uint8_t { kLive, kHistorical };

// A record as the rest of the gateway sees it: the sender's bytes and what is derived from them.
struct Record {
  RecordKey key;
  std::string patient;  // record id of the patient; a Patient's own id; empty where there is none
  LoadMode load_mode = LoadMode::kLive;
  bool test_data = false;
  std::string bytes;      // exactly as received
  std::string json;       // canonical: proto3 JSON mapping, fields in the order of their numbers
  Sha256 content_hash{};  // SHA-256 of `json`
  std::vector<RecordName> references;  // records this one names, same tenant and source, once each
  // Whether this version carries charges to bill (live Visits with charge lines).
  bool billable = false;
  // What is wrong with its content. With an error among them the record is `rejected`.
  fhir::Issues issues;
};

// Reads and checks one wire-format kap.v1.Record. INVALID_ARGUMENT, with field violations
// (gateway/base/violation.h), for what is counted nowhere: bytes that do not decode, unknown
// fields, invalid UTF-8, anything over a cap, an unusable key. Content that is wrong (a score out
// of range, two parts with one id) is no error: see Record::issues. Any thread.
absl::StatusOr<Record> Decode(std::string bytes, const Limits& limits);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_RECORD_H_
