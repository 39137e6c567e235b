#include "gateway/plugin/call_slots.h"

#include <array>
#include <atomic>
#include <deque>

#include "gateway/base/mutex.h"

namespace kgw::plugin::call_slots {
namespace {

// Far more than there are threads that call plug-ins.
constexpr uint32_t kSlots = 1024;
constexpr int kSlotBits = 16;

struct Slot {
  std::atomic<uint64_t> context{0};  // of the running call; 0: none
  std::atomic<uint64_t> thread{0};
  std::atomic<bool> foreign_use{false};
  std::atomic<Library*> library{nullptr};  // of the last call: libraries live for ever
  ActiveCall* call = nullptr;              // touched by the call's own thread alone
  uint64_t generation = 0;                 // likewise, or under the mutex
  kgw_call lent{};                         // likewise; plug-ins read it
};

struct Table {
  Mutex mutex;
  std::array<Slot, kSlots> slots;
  // First in, first out: a slot rests as long as possible, so that a late use finds it empty.
  std::deque<uint32_t> free KGW_GUARDED_BY(mutex);
  Table() {
    for (uint32_t i = 0; i < kSlots; ++i) free.push_back(i);
  }
};

Table& TheTable() {
  static Table* const table = new Table;
  return *table;
}

uint64_t ThisThread() {
  static std::atomic<uint64_t> next{1};
  static thread_local const uint64_t id = next.fetch_add(1);
  return id;
}

}  // namespace

uint32_t Take(ActiveCall* call, Library* library, const kgw_call& form, const kgw_call** lent) {
  Table& table = TheTable();
  MutexLock lock(table.mutex);
  if (table.free.empty()) return kNone;
  const uint32_t index = table.free.front();
  table.free.pop_front();
  Slot& slot = table.slots[index];
  slot.call = call;
  slot.library = library;
  slot.foreign_use = false;
  slot.thread = ThisThread();
  const uint64_t number = (++slot.generation << kSlotBits) | index;
  slot.context = number;
  slot.lent = form;
  slot.lent.ctx = reinterpret_cast<void*>(number);
  *lent = &slot.lent;
  return index;
}

bool TakeForeignUse(uint32_t index) { return TheTable().slots[index].foreign_use.exchange(false); }

bool Release(uint32_t index) {
  Table& table = TheTable();
  Slot& slot = table.slots[index];
  slot.context = 0;
  slot.thread = 0;
  slot.call = nullptr;
  // The functions and the number stay, for they answer a late use. What is lent goes.
  slot.lent.trace_id = {};
  slot.lent.tenant = {};
  const bool foreign = slot.foreign_use.exchange(false);
  MutexLock lock(table.mutex);
  table.free.push_back(index);
  return foreign;
}

ActiveCall* Find(void* context) {
  const auto number = reinterpret_cast<uint64_t>(context);
  const uint32_t index = number & ((uint64_t{1} << kSlotBits) - 1);
  if (index >= kSlots) return nullptr;
  Slot& slot = TheTable().slots[index];
  // Both hold only on the thread that will release the slot: the call cannot end meanwhile.
  if (slot.thread == ThisThread() && slot.context == number) return slot.call;
  if (slot.context == number) slot.foreign_use = true;
  if (Library* library = slot.library; library != nullptr) ++library->misuses;
  return nullptr;
}

}  // namespace kgw::plugin::call_slots
