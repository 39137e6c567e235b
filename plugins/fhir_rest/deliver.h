#ifndef PLUGINS_FHIR_REST_DELIVER_H_
#define PLUGINS_FHIR_REST_DELIVER_H_

#include "capability.h"
#include "config.h"
#include "kgw/kgw.hpp"

namespace kgw::fhir_rest {

// One unit to the far side; what became of each entry is journalled. Failures become an error emit
// and a code.
sdk::Status Deliver(const Config& config, const sdk::Http& http, CapabilityCache& cache,
                    const sdk::Item& item);

// Asks /metadata and tells what it says.
sdk::Status Probe(const Config& config, const sdk::Http& http, CapabilityCache& cache,
                  const sdk::Call& call);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_DELIVER_H_
