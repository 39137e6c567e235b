#ifndef GATEWAY_BASE_RECORD_KEY_H_
#define GATEWAY_BASE_RECORD_KEY_H_

#include <compare>
#include <cstdint>
#include <string>

namespace kgw {

// Names a record in every version: what other records refer to. All parts are non-empty UTF-8.
struct RecordName {
  std::string tenant;
  std::string source;  // the sending system, e.g. "kap-ehr"
  std::string type;    // the message's name in kap.v1, e.g. "Session"
  std::string id;      // given by the sender, stable across versions

  friend auto operator<=>(const RecordName&, const RecordName&) = default;
};

// Names one version of a record. Versions are positive and need not be consecutive.
struct RecordKey {
  RecordName name;
  int64_t version = 0;

  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

}  // namespace kgw

#endif  // GATEWAY_BASE_RECORD_KEY_H_
