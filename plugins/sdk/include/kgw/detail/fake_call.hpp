// fake_call.hpp - part of testing.hpp, include that: what a plug-in does with one call.
#ifndef KGW_DETAIL_FAKE_CALL_HPP_
#define KGW_DETAIL_FAKE_CALL_HPP_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/detail/fake_rules.hpp"
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

// What a plug-in is asked to do with a call; kNothing: a test uses the call itself.
enum class Task : uint8_t { kNothing, kCreate, kMap, kDeliver, kProbe };

// Records what a plug-in does with one call, and which rules it breaks: in the host's words, which
// go on "Plug-in NAME broke a rule of kgw.h: ".
class FakeCall {
 public:
  static constexpr char kTenant[] = "demo-clinic";

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
    Live().insert(&raw_);
  }
  ~FakeCall() { Live().erase(&raw_); }
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
  void AddViolation(std::string rule) { violations_.push_back(std::move(rule)); }
  // The first output of that name, or nullptr.
  const Emit* Find(std::string_view name) const {
    for (const Emit& emit : emits_) {
      if (emit.name == name) return &emit;
    }
    return nullptr;
  }

  // Around the plug-in's function; FakePlugin does it. A configuration and a probe have no tenant.
  void Begin(Task task) {
    task_ = task;
    ended_ = false;
    items_.assign(item_count_, {});
    finished_.clear();
    bytes_ = 0;
    if (task == Task::kCreate || task == Task::kProbe) raw_.tenant.size = 0;
    Running() = this;
  }
  void End(kgw_code code) {
    Running() = nullptr;
    ended_ = true;
    raw_.tenant = sdk::slice(tenant_);
    if (!internal::IsKnownCode(code)) {
      AddViolation("it returned code " + std::to_string(code) + ", which kgw.h does not have");
      code = KGW_INTERNAL;
    }
    for (uint32_t i = 0; i < items_.size() && task_ != Task::kCreate; ++i) CheckEnd(i, code);
  }

  // The call that a service was given, where it is the one that is running. Otherwise nullptr, and
  // that is written down.
  static FakeCall* Served(const kgw_call* raw, const char* service) {
    FakeCall* running = Running();
    const bool live = Live().contains(raw);
    FakeCall* call = live ? static_cast<FakeCall*>(raw->ctx) : nullptr;
    if (running == nullptr ? live && !call->ended_ : call == running) return call;
    FakeCall* told = running != nullptr ? running : call;
    if (told != nullptr) {
      told->AddViolation(std::string("it used ") + service + " with a call that is not running");
    }
    return nullptr;
  }

 private:
  struct Item {
    size_t outputs = 0;
    size_t issues = 0;
    bool emit_failed = false;
    bool emitted_expected = false;
  };

  // A call belongs to one thread: tests may run a plug-in on several, each with calls of its own.
  static std::set<const kgw_call*>& Live() {
    thread_local std::set<const kgw_call*> live;
    return live;
  }
  // The call whose plug-in function is running.
  static FakeCall*& Running() {
    thread_local FakeCall* running = nullptr;
    return running;
  }
  static FakeCall& Self(void* ctx) { return *static_cast<FakeCall*>(ctx); }

  bool Check(uint32_t item, const char* what) {
    if (ended_) {
      FakeCall* told = Running() != nullptr ? Running() : this;
      told->AddViolation("it used a call after its end");
      return false;
    }
    if (item >= item_count_) {
      AddViolation(std::string("it called ") + what + " for item " + std::to_string(item) +
                   " of a call with " + std::to_string(item_count_));
      return false;
    }
    if (finished_.contains(item)) {
      AddViolation(std::string("it called ") + what + " for an item it had finished");
      return false;
    }
    if (items_.size() < item_count_) items_.resize(item_count_);
    return true;
  }
  // What of an output breaks a rule; empty: nothing.
  std::string EmitFault(const Item& item, kgw_slice media_type, kgw_slice name, kgw_slice body) {
    if (task_ == Task::kCreate) return "it emitted an output while it was created";
    if (item.emit_failed) return "it emitted again after an emit had failed";
    const struct {
      kgw_slice slice;
      size_t max;
      const char* what;
    } parts[] = {{media_type, kMediaTypeBytes, "a media type"},
                 {name, kNameBytes, "a name"},
                 {body, kBodyBytes, "a body"}};
    for (const auto& part : parts) {
      const std::string emitted = std::string("it emitted ") + part.what;
      if (part.slice.data == nullptr && part.slice.size != 0) return emitted + " that is NULL";
      if (part.slice.size > part.max) {
        return emitted + " of " + std::to_string(part.slice.size) + " bytes where " +
               std::to_string(part.max) + " are allowed";
      }
    }
    if (media_type.size == 0) return "it emitted an empty media type";
    if (!internal::IsUtf8(internal::SafeView(media_type)) ||
        !internal::IsUtf8(internal::SafeView(name))) {
      return "it emitted a name or media type that is not UTF-8";
    }
    if (item.outputs >= kOutputsOfItem) {
      return "it emitted more than " + std::to_string(kOutputsOfItem) + " outputs for one item";
    }
    bytes_ += media_type.size + name.size + body.size;
    if (bytes_ > kBytesOfCall) {
      return "it emitted more than " + std::to_string(kBytesOfCall) + " bytes in one call";
    }
    return {};
  }
  // What the end of an item with OK breaks; empty: nothing.
  std::string SuccessFault(const Item& item) const {
    if (task_ == Task::kMap) {
      if (item.emit_failed) return "it closed an item with OK although an emit had failed";
      if (item.outputs > 0 || item.issues > 0) return {};
      return "it closed an item with OK without an output or an issue";
    }
    if (item.emit_failed) return "it returned OK although an emit had failed";
    if (item.emitted_expected) return {};
    return std::string("it returned OK without emitting ") + Expected();
  }
  void CheckEnd(uint32_t item, kgw_code code) {
    if (const auto found = finished_.find(item); found != finished_.end()) code = found->second;
    std::string fault;
    if (!internal::IsKnownCode(code)) {
      fault =
          "it finished an item with code " + std::to_string(code) + ", which kgw.h does not have";
    } else if (code == KGW_OK) {
      fault = SuccessFault(items_[item]);
    }
    if (!fault.empty()) AddViolation(std::move(fault));
  }
  const char* Expected() const {
    return task_ == Task::kProbe ? "application/vnd.kgw.probe+json"
                                 : "application/vnd.kgw.entry+json";
  }
  // A delivery's other outputs are refused by the host's journal.
  bool IsOfDelivery(std::string_view media_type) const {
    return media_type == Expected() || media_type == "application/vnd.kgw.intent+json" ||
           media_type == "application/vnd.kgw.error+json";
  }

  static void OnIssue(void* ctx, uint32_t item, int32_t severity, kgw_slice code, kgw_slice path,
                      kgw_slice text) {
    FakeCall& self = Self(ctx);
    if (!self.Check(item, "issue")) return;
    if (severity < KGW_DEBUG || severity > KGW_FATAL) {
      self.AddViolation("it reported an issue of severity " + std::to_string(severity));
      return;
    }
    ++self.items_[item].issues;
    self.issues_.push_back({item, severity, std::string(internal::SafeView(code)),
                            std::string(internal::SafeView(path)),
                            std::string(internal::SafeView(text))});
  }
  static kgw_code OnEmit(void* ctx, uint32_t item, kgw_slice media_type, kgw_slice name,
                         kgw_slice body) {
    FakeCall& self = Self(ctx);
    if (!self.Check(item, "emit")) return self.ended_ ? KGW_FAILED_PRECONDITION : KGW_INTERNAL;
    Item& state = self.items_[item];
    if (std::string fault = self.EmitFault(state, media_type, name, body); !fault.empty()) {
      state.emit_failed = true;
      self.AddViolation(std::move(fault));
      return KGW_INTERNAL;
    }
    Emit emit{item, std::string(internal::SafeView(media_type)),
              std::string(internal::SafeView(name)), std::string(internal::SafeView(body))};
    ++state.outputs;
    if (self.task_ == Task::kDeliver && !self.IsOfDelivery(emit.media_type)) {
      state.emit_failed = true;
      self.AddViolation(
          "the media type of an emit was expected to be an intent, an entry or an error of a "
          "delivery");
      return KGW_INVALID_ARGUMENT;
    }
    if (self.observer_) self.observer_(emit);
    if (self.emits_.size() >= self.fail_from_) {
      state.emit_failed = true;
      return self.fail_code_;
    }
    if (emit.media_type == self.Expected()) state.emitted_expected = true;
    self.emits_.push_back(std::move(emit));
    return KGW_OK;
  }
  static void OnFinish(void* ctx, uint32_t item, kgw_code code) {
    FakeCall& self = Self(ctx);
    if (self.Check(item, "finish")) self.finished_[item] = code;
  }
  static void OnRetryAfter(void* ctx, uint32_t item, int64_t milliseconds) {
    FakeCall& self = Self(ctx);
    if (self.Check(item, "retry_after")) self.retry_after_[item] = milliseconds;
  }

  kgw_call raw_{};
  std::string trace_id_ = "trace-1";
  std::string tenant_ = kTenant;
  uint32_t item_count_;
  bool cancelled_ = false;
  Task task_ = Task::kNothing;
  bool ended_ = false;  // the plug-in's function has returned
  std::vector<Item> items_;
  size_t bytes_ = 0;
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
