#ifndef GATEWAY_PLUGIN_CALL_SLOTS_H_
#define GATEWAY_PLUGIN_CALL_SLOTS_H_

#include <cstdint>

#include "gateway/plugin/loader.h"

namespace kgw::plugin {

class ActiveCall;

// The running calls of this process, each known to its plug-in by a number (slot and generation)
// that never comes back. Any thread.
namespace call_slots {

inline constexpr uint32_t kNone = ~uint32_t{0};

// A slot for a call on this thread, or kNone when all are taken; `context` becomes its number.
uint32_t Take(ActiveCall* call, Library* library, void** context);
// Ends the call; true when another thread had used its number meanwhile.
bool Release(uint32_t slot);
// True when another thread has used the number of this running call, once for each time it did.
bool TakeForeignUse(uint32_t slot);
// The call of that number if it runs on this thread. Otherwise nullptr, and the misuse is counted.
ActiveCall* Find(void* context);

}  // namespace call_slots
}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_CALL_SLOTS_H_
