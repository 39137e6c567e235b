#include "gateway/plugin/active_call.h"

#include <time.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "gateway/base/clock.h"
#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"
#include "gateway/plugin/call_slots.h"

namespace kgw::plugin {
namespace {

std::string_view View(kgw_slice slice) {
  return slice.data == nullptr ? std::string_view()
                               : std::string_view(static_cast<const char*>(slice.data), slice.size);
}

// At most `max` bytes of well-formed UTF-8: what is broken or too long is cut off.
std::string Text(kgw_slice slice, size_t max) {
  std::string_view text = View(slice);
  text = text.substr(0, max);
  const size_t invalid = FindInvalidUtf8(text);
  return std::string(text.substr(0, invalid));
}

std::string NewTraceId() {
  static std::atomic<uint64_t> next{1};
  return StrCat("call-", next.fetch_add(1));
}

}  // namespace

// What kgw_call points at. Nothing may leave these functions but their answer.
struct CallFunctions {
  static int32_t Cancelled(void* ctx) noexcept {
    const ActiveCall* call = ActiveCall::FindByContext(ctx);
    return call == nullptr || call->Cancelled() ? 1 : 0;
  }
  static void Issue(void* ctx, uint32_t item, int32_t severity, kgw_slice code, kgw_slice path,
                    kgw_slice text) noexcept {
    ActiveCall* call = ActiveCall::FindByContext(ctx);
    if (call == nullptr) return;
    try {
      call->Issue(item, severity, code, path, text);
    } catch (...) {  // No memory for an explanation: the result stands without it.
    }
  }
  static kgw_code Emit(void* ctx, uint32_t item, kgw_slice media_type, kgw_slice name,
                       kgw_slice body) noexcept {
    ActiveCall* call = ActiveCall::FindByContext(ctx);
    if (call == nullptr) return KGW_FAILED_PRECONDITION;
    try {
      return call->Emit(item, media_type, name, body);
    } catch (...) {
      if (item < call->items_.size()) call->items_[item].emit_failed = true;
      return KGW_RESOURCE_EXHAUSTED;
    }
  }
  static void Finish(void* ctx, uint32_t item, kgw_code code) noexcept {
    ActiveCall* call = ActiveCall::FindByContext(ctx);
    if (call == nullptr) return;
    try {
      call->Finish(item, code);
    } catch (...) {
      if (item < call->items_.size()) call->items_[item].emit_failed = true;
    }
  }
  static void RetryAfter(void* ctx, uint32_t item, int64_t milliseconds) noexcept {
    ActiveCall* call = ActiveCall::FindByContext(ctx);
    if (call == nullptr) return;
    try {
      call->RetryAfter(item, milliseconds);
    } catch (...) {  // The host's own backoff takes its place.
    }
  }
};

ActiveCall::ActiveCall(Library& library, const CallLimits& limits, uint32_t item_count,
                       std::string_view tenant, int64_t deadline_monotonic_ns,
                       const std::atomic<bool>* cancel)
    : limits_(limits),
      tenant_(tenant),
      trace_id_(NewTraceId()),
      cancel_(cancel),
      items_(item_count) {
  raw_.struct_size = sizeof(raw_);
  raw_.trace_id = {trace_id_.data(), trace_id_.size()};
  raw_.tenant = {tenant_.data(), tenant_.size()};
  raw_.deadline_monotonic_ns = deadline_monotonic_ns;
  raw_.cancelled = &CallFunctions::Cancelled;
  raw_.issue = &CallFunctions::Issue;
  raw_.emit = &CallFunctions::Emit;
  raw_.finish = &CallFunctions::Finish;
  raw_.retry_after = &CallFunctions::RetryAfter;
  slot_ = call_slots::Take(this, &library, raw_, &lent_);
}

ActiveCall::~ActiveCall() {
  if (slot_ != kNoSlot) call_slots::Release(slot_);
}

ActiveCall* ActiveCall::FindByContext(void* ctx) { return call_slots::Find(ctx); }

ActiveCall* ActiveCall::Find(const kgw_call* call) {
  return call == nullptr ? nullptr : FindByContext(call->ctx);
}

bool ActiveCall::Cancelled() const {
  if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) return true;
  return raw_.deadline_monotonic_ns != 0 &&
         RealClock().MonotonicNanos() >= raw_.deadline_monotonic_ns;
}

void ActiveCall::Break(std::string text) {
  if (broken_.empty()) broken_ = std::move(text);
}

void ActiveCall::BreakItem(uint32_t item, std::string text) {
  if (items_[item].broken.empty()) items_[item].broken = std::move(text);
}

void ActiveCall::NoteForeignUses() {
  if (slot_ != kNoSlot && call_slots::TakeForeignUse(slot_)) {
    Break("it used a call from another thread");
  }
}

bool ActiveCall::CheckItem(uint32_t item, const char* what) {
  if (item >= items_.size()) {
    Break(StrCat("it called ", what, " for item ", item, " of a call with ", items_.size()));
    return false;
  }
  if (items_[item].finished) {
    BreakItem(item, StrCat("it called ", what, " for an item it had finished"));
    return false;
  }
  return true;
}

kgw_code ActiveCall::RefuseEmit(uint32_t item, std::string text) {
  items_[item].emit_failed = true;
  BreakItem(item, std::move(text));
  return KGW_INTERNAL;
}

kgw_code ActiveCall::Emit(uint32_t item, kgw_slice media_type, kgw_slice name, kgw_slice body) {
  if (!CheckItem(item, "emit")) return KGW_INTERNAL;
  if (items_[item].emit_failed) {
    return RefuseEmit(item, "it emitted again after an emit had failed");
  }
  const struct {
    kgw_slice slice;
    size_t max;
    const char* what;
  } parts[] = {{media_type, limits_.media_type_bytes, "a media type"},
               {name, limits_.name_bytes, "a name"},
               {body, limits_.body_bytes, "a body"}};
  for (const auto& part : parts) {
    if (part.slice.data == nullptr && part.slice.size != 0) {
      return RefuseEmit(item, StrCat("it emitted ", part.what, " that is NULL"));
    }
    if (part.slice.size > part.max) {
      return RefuseEmit(item, StrCat("it emitted ", part.what, " of ", part.slice.size,
                                     " bytes where ", part.max, " are allowed"));
    }
  }
  if (media_type.size == 0) return RefuseEmit(item, "it emitted an empty media type");
  if (!IsValidUtf8(View(media_type)) || !IsValidUtf8(View(name))) {
    return RefuseEmit(item, "it emitted a name or media type that is not UTF-8");
  }
  if (items_[item].outputs >= limits_.outputs_of_item) {
    return RefuseEmit(
        item, StrCat("it emitted more than ", limits_.outputs_of_item, " outputs for one item"));
  }
  bytes_ += media_type.size + name.size + body.size;
  if (bytes_ > limits_.bytes_of_call) {
    return RefuseEmit(item,
                      StrCat("it emitted more than ", limits_.bytes_of_call, " bytes in one call"));
  }
  ++items_[item].outputs;
  const kgw_code code = Accept(
      item, {std::string(View(media_type)), std::string(View(name)), std::string(View(body))});
  if (code != KGW_OK) items_[item].emit_failed = true;
  return code;
}

void ActiveCall::Issue(uint32_t item, int32_t severity, kgw_slice code, kgw_slice path,
                       kgw_slice text) {
  if (!CheckItem(item, "issue")) return;
  if (severity < KGW_DEBUG || severity > KGW_FATAL) {
    BreakItem(item, StrCat("it reported an issue of severity ", severity));
    return;
  }
  std::vector<PluginIssue>& issues = items_[item].issues;
  const size_t max = limits_.issue_text_bytes;
  if (issues.size() >= limits_.issues_of_item) {
    ++items_[item].issues_left_out;
    // An error parks the record: it must not be lost behind warnings.
    if (severity < KGW_ERROR || issues.back().severity >= KGW_ERROR) return;
    issues.pop_back();
  }
  issues.push_back({severity, Text(code, max), Text(path, max), Text(text, max)});
}

void ActiveCall::Finish(uint32_t item, kgw_code code) {
  if (!CheckItem(item, "finish")) return;
  items_[item].finished = true;
  items_[item].code = code;
}

void ActiveCall::RetryAfter(uint32_t item, int64_t milliseconds) {
  if (!CheckItem(item, "retry_after")) return;
  items_[item].retry_after = std::max(absl::ZeroDuration(), absl::Milliseconds(milliseconds));
}

bool IsKnownCode(kgw_code code) {
  return code >= KGW_OK && code <= KGW_UNAUTHENTICATED && code != 2 && code != 11;
}

std::string NameOfCode(kgw_code code) {
  if (!IsKnownCode(code)) return "an unknown code";
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

}  // namespace kgw::plugin
