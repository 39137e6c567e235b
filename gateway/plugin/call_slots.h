#ifndef GATEWAY_PLUGIN_CALL_SLOTS_H_
#define GATEWAY_PLUGIN_CALL_SLOTS_H_

#include <cstdint>

#include "gateway/plugin/loader.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

class ActiveCall;

// The running calls of this process, each known to its plug-in by a number (slot and generation)
// that never comes back, and by a kgw_call that lies in its slot. Slots are never freed: a kgw_call
// that a plug-in kept beyond its call can still be read, and its number finds nothing. Any thread.
namespace call_slots {

inline constexpr uint32_t kNone = ~uint32_t{0};

// A slot for a call on this thread, or kNone when all are taken. `lent` becomes the slot's copy of
// `form`, with its number as ctx.
uint32_t Take(ActiveCall* call, Library* library, const kgw_call& form, const kgw_call** lent);
// Ends the call; true when another thread had used its number meanwhile.
bool Release(uint32_t slot);
// True when another thread has used the number of this running call, once for each time it did.
bool TakeForeignUse(uint32_t slot);
// The call of that number if it runs on this thread. Otherwise nullptr, and the misuse is counted.
ActiveCall* Find(void* context);

}  // namespace call_slots
}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_CALL_SLOTS_H_
