#ifndef GATEWAY_PLUGIN_DESCRIPTOR_H_
#define GATEWAY_PLUGIN_DESCRIPTOR_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/plugin/loader.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// Whatever the plug-in throws ends here. FAILED_PRECONDITION is one sentence "FIELD: expected ...,
// found ...".

// Asks the entry for the plug-in's descriptor.
absl::StatusOr<const kgw_plugin*> CallEntry(kgw_entry_fn entry);
// Holds a descriptor against `library.manifest` and fills in the tables of the interfaces it names.
absl::Status ReadDescriptor(const kgw_plugin* plugin, Library& library);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_DESCRIPTOR_H_
