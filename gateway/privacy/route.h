#ifndef GATEWAY_PRIVACY_ROUTE_H_
#define GATEWAY_PRIVACY_ROUTE_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/record_key.h"

namespace kgw::privacy {

// What a destination takes and what for, as configured: the one description of it that the
// pipeline, delivery and the operator's views share.
struct Route {
  std::string name = {};                       // the destination's
  std::vector<std::string> record_types = {};  // empty: all
  std::vector<std::string> tenants = {};       // whose records; empty: everybody's
  // v3-ActReason, e.g. "TREAT". Nothing leaves where none is named.
  std::string purpose = {};
  bool production = false;  // a system real care is given with

  bool TakesType(std::string_view record_type) const;
  bool TakesTenant(std::string_view tenant) const;
  // Whether such a record goes there at all. Whether one may is another question: see
  // DecideRelease.
  bool Takes(const RecordName& record) const;
};

}  // namespace kgw::privacy

#endif  // GATEWAY_PRIVACY_ROUTE_H_
