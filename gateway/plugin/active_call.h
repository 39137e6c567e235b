#ifndef GATEWAY_PLUGIN_ACTIVE_CALL_H_
#define GATEWAY_PLUGIN_ACTIVE_CALL_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gateway/plugin/loader.h"
#include "gateway/plugin/mapper.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// Bounds on what one call may say. Beyond them the plug-in is told INTERNAL and its item fails.
struct CallLimits {
  size_t media_type_bytes = 128;
  size_t name_bytes = 1024;
  size_t body_bytes = size_t{16} << 20;
  size_t outputs_of_item = 20'000;
  size_t bytes_of_call = size_t{128} << 20;
  // Longer texts are cut. Of more issues only what they depend on is kept: the first error takes
  // the place of the last one that was none, and the number left out is told.
  size_t issues_of_item = 1'000;
  size_t issue_text_bytes = 1024;
};

// One call of a plug-in, from the host's side: makes the kgw_call, holds the plug-in to the rules
// of kgw.h and remembers the first rule it breaks, per item and for the call.
//
// The plug-in never gets a pointer to this object: its kgw_call lies in a table that lives as long
// as the process (call_slots.h), and `ctx` is a number that stands for it as long as it lives. Used
// later, or from another thread, the number finds nothing, the use has no effect and is counted in
// Library::misuses. Made, used and destroyed on one thread.
class ActiveCall {
 public:
  struct Item {
    std::vector<PluginIssue> issues;
    size_t issues_left_out = 0;
    bool finished = false;
    bool emit_failed = false;
    kgw_code code = KGW_OK;
    size_t outputs = 0;
    absl::Duration retry_after = absl::ZeroDuration();
    std::string broken;  // the rule broken first, for people; empty: none
  };

  // `cancel` may be null and must outlive the call. `deadline_monotonic_ns` 0: none.
  ActiveCall(Library& library, const CallLimits& limits, uint32_t item_count,
             std::string_view tenant, int64_t deadline_monotonic_ns,
             const std::atomic<bool>* cancel);
  virtual ~ActiveCall();
  ActiveCall(const ActiveCall&) = delete;
  ActiveCall& operator=(const ActiveCall&) = delete;

  // nullptr when as many calls as there may be are running.
  const kgw_call* raw() const { return lent_; }

  // The call behind a kgw_call that a plug-in passed to a service; nullptr unless it is the one
  // running on this thread.
  static ActiveCall* Find(const kgw_call* call);

  std::string_view tenant() const { return tenant_; }
  int64_t deadline_monotonic_ns() const { return raw_.deadline_monotonic_ns; }
  bool Cancelled() const;
  // The host shuts down; a deadline that has passed does not count.
  bool HostEnds() const { return cancel_ != nullptr && cancel_->load(); }
  // Whether the plug-in's function was run.
  bool entered() const { return entered_; }
  void NoteEntered() { entered_ = true; }
  const std::atomic<bool>* cancel_flag() const { return cancel_; }

  const std::vector<Item>& items() const { return items_; }
  std::vector<Item>& mutable_items() { return items_; }
  // A rule broken that belongs to no single item; empty: none.
  const std::string& broken() const { return broken_; }
  void Break(std::string text);
  void BreakItem(uint32_t item, std::string text);
  // To be asked when the plug-in's function has returned: notes what other threads did meanwhile.
  void NoteForeignUses();

 protected:
  // An output within the limits. The answer goes to the plug-in.
  virtual kgw_code Accept(uint32_t item, Emitted emitted) = 0;

 private:
  friend struct CallFunctions;
  static constexpr uint32_t kNoSlot = ~uint32_t{0};

  static ActiveCall* FindByContext(void* ctx);
  bool CheckItem(uint32_t item, const char* what);
  kgw_code Emit(uint32_t item, kgw_slice media_type, kgw_slice name, kgw_slice body);
  kgw_code RefuseEmit(uint32_t item, std::string text);
  void Issue(uint32_t item, int32_t severity, kgw_slice code, kgw_slice path, kgw_slice text);
  void Finish(uint32_t item, kgw_code code);
  void RetryAfter(uint32_t item, int64_t milliseconds);

  const CallLimits& limits_;
  std::string tenant_;
  std::string trace_id_;
  const std::atomic<bool>* cancel_;
  kgw_call raw_{};
  const kgw_call* lent_ = nullptr;  // in its slot
  uint32_t slot_ = kNoSlot;
  std::vector<Item> items_;
  size_t bytes_ = 0;
  bool entered_ = false;
  std::string broken_;
};

// True for the codes that kgw.h names.
bool IsKnownCode(kgw_code code);
std::string NameOfCode(kgw_code code);

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_ACTIVE_CALL_H_
