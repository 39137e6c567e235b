#ifndef PLUGINS_FHIR_REST_ORDER_H_
#define PLUGINS_FHIR_REST_ORDER_H_

#include <cstddef>
#include <vector>

#include "unit.h"

namespace kgw::fhir_rest {

// Indexes of the entries, each after those it refers to where that is possible; removals last.
// A circle is cut at the entry that comes first in the unit.
std::vector<size_t> DependencyOrder(const std::vector<Entry>& entries);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_ORDER_H_
