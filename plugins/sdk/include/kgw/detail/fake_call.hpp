// fake_call.hpp - part of testing.hpp, include that: what a plug-in does with one call.
#ifndef KGW_DETAIL_FAKE_CALL_HPP_
#define KGW_DETAIL_FAKE_CALL_HPP_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/kgw.h"
#include "kgw/kgw.hpp"

namespace kgw::testing {

struct Emit {
  uint32_t item = 0;
  std::string media_type;
  std::string name;
  std::string body;
};

struct Issue {
  uint32_t item = 0;
  int32_t severity = 0;
  std::string code;
  std::string path;
  std::string text;
};

// Records what a plug-in does with one call.
class FakeCall {
 public:
  explicit FakeCall(uint32_t item_count = 1) : item_count_(item_count) {
    raw_.struct_size = sizeof(raw_);
    raw_.ctx = this;
    raw_.trace_id = sdk::slice(trace_id_);
    raw_.tenant = sdk::slice(tenant_);
    raw_.cancelled = [](void* ctx) -> int32_t { return Self(ctx).cancelled_ ? 1 : 0; };
    raw_.issue = &OnIssue;
    raw_.emit = &OnEmit;
    raw_.finish = &OnFinish;
    raw_.retry_after = &OnRetryAfter;
  }
  FakeCall(const FakeCall&) = delete;
  FakeCall& operator=(const FakeCall&) = delete;

  void set_tenant(std::string tenant) {
    tenant_ = std::move(tenant);
    raw_.tenant = sdk::slice(tenant_);
  }
  void set_cancelled(bool cancelled) { cancelled_ = cancelled; }
  // CLOCK_MONOTONIC; 1 is long past.
  void set_deadline_ns(int64_t deadline) { raw_.deadline_monotonic_ns = deadline; }
  void set_item_count(uint32_t count) { item_count_ = count; }
  // From the `count`-th emit on (0: the first), emit answers `code`.
  void FailEmitsFrom(size_t count, kgw_code code) {
    fail_from_ = count;
    fail_code_ = code;
  }
  // Called at each emit before it is recorded, e.g. to look at the state of the far side then.
  void OnEachEmit(std::function<void(const Emit&)> observer) { observer_ = std::move(observer); }

  const kgw_call* raw() const { return &raw_; }
  sdk::Call call() const { return sdk::Call(&raw_); }

  const std::vector<Emit>& emits() const { return emits_; }
  const std::vector<Issue>& issues() const { return issues_; }
  // item -> code, of the items the plug-in closed.
  const std::map<uint32_t, kgw_code>& finished() const { return finished_; }
  // item -> milliseconds.
  const std::map<uint32_t, int64_t>& retry_after() const { return retry_after_; }
  // Broken rules, in words. An empty list is part of every good test.
  const std::vector<std::string>& violations() const { return violations_; }
  // The first output of that name, or nullptr.
  const Emit* Find(std::string_view name) const {
    for (const Emit& emit : emits_) {
      if (emit.name == name) return &emit;
    }
    return nullptr;
  }

 private:
  static FakeCall& Self(void* ctx) { return *static_cast<FakeCall*>(ctx); }

  bool Check(uint32_t item, const char* what) {
    if (item >= item_count_) {
      violations_.push_back(std::string(what) + " for an item that was not given");
      return false;
    }
    if (finished_.contains(item)) {
      violations_.push_back(std::string(what) + " after the item was finished");
      return false;
    }
    return true;
  }
  static void OnIssue(void* ctx, uint32_t item, int32_t severity, kgw_slice code, kgw_slice path,
                      kgw_slice text) {
    FakeCall& self = Self(ctx);
    if (!self.Check(item, "issue")) return;
    self.issues_.push_back({item, severity, std::string(sdk::view(code)),
                            std::string(sdk::view(path)), std::string(sdk::view(text))});
  }
  static kgw_code OnEmit(void* ctx, uint32_t item, kgw_slice media_type, kgw_slice name,
                         kgw_slice body) {
    FakeCall& self = Self(ctx);
    if (!self.Check(item, "emit")) return KGW_INVALID_ARGUMENT;
    if (self.emit_failed_) {
      self.violations_.push_back("emit after an emit that failed");
      return KGW_FAILED_PRECONDITION;
    }
    Emit emit{item, std::string(sdk::view(media_type)), std::string(sdk::view(name)),
              std::string(sdk::view(body))};
    if (self.observer_) self.observer_(emit);
    if (self.emits_.size() >= self.fail_from_) {
      self.emit_failed_ = true;
      return self.fail_code_;
    }
    self.emits_.push_back(std::move(emit));
    return KGW_OK;
  }
  static void OnFinish(void* ctx, uint32_t item, kgw_code code) {
    FakeCall& self = Self(ctx);
    if (self.Check(item, "finish")) self.finished_[item] = code;
    self.emit_failed_ = false;
  }
  static void OnRetryAfter(void* ctx, uint32_t item, int64_t milliseconds) {
    FakeCall& self = Self(ctx);
    if (self.Check(item, "retry_after")) self.retry_after_[item] = milliseconds;
  }

  kgw_call raw_{};
  std::string trace_id_ = "trace-1";
  std::string tenant_ = "demo-clinic";
  uint32_t item_count_;
  bool cancelled_ = false;
  bool emit_failed_ = false;
  size_t fail_from_ = static_cast<size_t>(-1);
  kgw_code fail_code_ = KGW_UNAVAILABLE;
  std::function<void(const Emit&)> observer_;
  std::vector<Emit> emits_;
  std::vector<Issue> issues_;
  std::map<uint32_t, kgw_code> finished_;
  std::map<uint32_t, int64_t> retry_after_;
  std::vector<std::string> violations_;
};

}  // namespace kgw::testing

#endif  // KGW_DETAIL_FAKE_CALL_HPP_
