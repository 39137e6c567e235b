#ifndef GATEWAY_PLUGIN_LOADER_H_
#define GATEWAY_PLUGIN_LOADER_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/plugin/admission.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// A plug-in's code within this process. Lives until the process ends: a library is never unloaded,
// also when it is refused after it was loaded (a thread, a destructor or a callback of it could
// still be on its way).
struct Library {
  std::string name;
  Manifest manifest;
  std::string identity;  // "id version sha256"
  const kgw_plugin* plugin = nullptr;
  const kgw_mapper* mapper = nullptr;        // nullptr: not offered
  const kgw_connector* connector = nullptr;  // nullptr: not offered
  // Uses of a call after its function had returned or from another thread; see active_call.h.
  std::atomic<uint64_t> misuses{0};
};

// Loads an admitted plug-in (bindings resolved now, symbols kept local), calls its entry and holds
// the descriptor against the manifest and the tables against kgw.h. A private copy of the bytes is
// what gets loaded, so that an upgrade that overwrites the file cannot crash a running gateway;
// `in_place` loads the file itself, for debuggers and profilers. The same bytes are loaded once.
// Bytes seen for the first time are loaded and entered in a copy of this process before, so that
// static constructors that crash or throw are a refusal. FAILED_PRECONDITION is one sentence
// "FIELD: expected ..., found ...". Any thread.
absl::StatusOr<Library*> LoadLibrary(const std::string& name, Candidate candidate,
                                     bool in_place = false);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_LOADER_H_
