#ifndef GATEWAY_DELIVERY_UNIT_JSON_H_
#define GATEWAY_DELIVERY_UNIT_JSON_H_

#include <string>
#include <vector>

#include "gateway/store/store.h"

namespace kgw::delivery {

// What is left to do of a delivery: the entries that earlier attempts have not settled, written and
// removed ones alike, by their references.
std::vector<std::string> OpenEntries(const store::Unit& unit);

// The body of application/vnd.kgw.delivery+json, as docs/plugin-authors/connector.md describes it.
// Entries that an earlier attempt settled are left out, and where they lie stands in `references`.
std::string UnitJson(const store::Unit& unit);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_UNIT_JSON_H_
