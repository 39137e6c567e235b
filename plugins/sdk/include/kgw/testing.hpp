// testing.hpp - a host made of memory, for unit tests of plug-ins. Needs no test framework.
//
//   kgw::testing::FakeHost host;                 // grants what is given to it
//   kgw::testing::FakeHttp http;
//   host.Grant(http);
//   http.Reply({.status = 201, .headers = {{"Location", "Patient/7"}}});
//   kgw::testing::FakePlugin plugin(&kgw_entry_v1, host, R"({"settings":{}})");
//   kgw::testing::FakeCall call;
//   EXPECT_EQ(plugin.Map(call, "application/vnd.kap.record+json", record), KGW_OK);
//   EXPECT_EQ(call.emits().size(), 3u);
//   EXPECT_TRUE(call.violations().empty());
//
// The fakes keep the contract of kgw.h and write down where the plug-in breaks it. They are not
// safe from several threads.
#ifndef KGW_TESTING_HPP_
#define KGW_TESTING_HPP_

#include <cstdint>
#include <deque>
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

// kgw.http/1 from a script: replies in the order they were added, or a handler.
class FakeHttp {
 public:
  using Request = sdk::HttpRequest;
  struct Response {
    kgw_code code = KGW_OK;  // anything else: no answer came, and `error` says why
    int32_t status = 200;
    std::vector<sdk::Header> headers = {};
    std::string body = {};
    std::string error = {};
  };

  FakeHttp() {
    raw_.struct_size = sizeof(raw_);
    raw_.ctx = this;
    raw_.send = &OnSend;
  }
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;

  void Reply(Response response) { script_.push_back(std::move(response)); }
  // Answers whatever the script does not.
  void Handle(std::function<Response(const Request&)> handler) { handler_ = std::move(handler); }

  const std::vector<Request>& requests() const { return requests_; }
  size_t replies_left() const { return script_.size(); }
  const kgw_http* raw() const { return &raw_; }

 private:
  static kgw_code OnSend(void* ctx, const kgw_call*, const kgw_http_request* request,
                         void (*receive)(void*, const kgw_http_response*), void* user,
                         void (*error)(void*, kgw_slice)) {
    FakeHttp& self = *static_cast<FakeHttp*>(ctx);
    Request copy{std::string(sdk::view(request->method)),
                 std::string(sdk::view(request->url)),
                 {},
                 std::string(sdk::view(request->body)),
                 request->timeout_ms};
    for (uint32_t i = 0; i < request->header_count; ++i) {
      copy.headers.push_back({std::string(sdk::view(request->headers[i].name)),
                              std::string(sdk::view(request->headers[i].value))});
    }
    self.requests_.push_back(copy);
    Response response{KGW_UNAVAILABLE, 0, {}, {}, "The script has no more replies."};
    if (!self.script_.empty()) {
      response = std::move(self.script_.front());
      self.script_.pop_front();
    } else if (self.handler_) {
      response = self.handler_(copy);
    }
    if (response.code != KGW_OK) {
      if (error != nullptr) error(user, sdk::slice(response.error));
      return response.code;
    }
    std::vector<kgw_header> headers;
    for (const sdk::Header& h : response.headers) {
      headers.push_back({sdk::slice(h.name), sdk::slice(h.value)});
    }
    kgw_http_response raw{};
    raw.struct_size = sizeof(raw);
    raw.status = response.status;
    raw.header_count = static_cast<uint32_t>(headers.size());
    raw.headers = headers.data();
    raw.body = sdk::slice(response.body);
    receive(user, &raw);
    return KGW_OK;
  }

  kgw_http raw_{};
  std::deque<Response> script_;
  std::function<Response(const Request&)> handler_;
  std::vector<Request> requests_;
};

// kgw.state/1 in a map.
class FakeState {
 public:
  FakeState() {
    raw_.struct_size = sizeof(raw_);
    raw_.ctx = this;
    raw_.get = &OnGet;
    raw_.put = &OnPut;
  }
  FakeState(const FakeState&) = delete;
  FakeState& operator=(const FakeState&) = delete;

  std::map<std::string, std::string>& values() { return values_; }
  // Every later put answers `code` and keeps nothing.
  void FailPuts(kgw_code code) { put_code_ = code; }
  const kgw_state* raw() const { return &raw_; }

 private:
  static kgw_code OnGet(void* ctx, const kgw_call*, kgw_slice key,
                        void (*receive)(void*, kgw_slice), void* user) {
    FakeState& self = *static_cast<FakeState*>(ctx);
    const auto found = self.values_.find(std::string(sdk::view(key)));
    if (found == self.values_.end()) return KGW_NOT_FOUND;
    receive(user, sdk::slice(found->second));
    return KGW_OK;
  }
  static kgw_code OnPut(void* ctx, const kgw_call*, kgw_slice key, kgw_slice value) {
    FakeState& self = *static_cast<FakeState*>(ctx);
    if (self.put_code_ != KGW_OK) return self.put_code_;
    if (value.data == nullptr) {
      self.values_.erase(std::string(sdk::view(key)));
    } else {
      self.values_[std::string(sdk::view(key))] = std::string(sdk::view(value));
    }
    return KGW_OK;
  }

  kgw_state raw_{};
  kgw_code put_code_ = KGW_OK;
  std::map<std::string, std::string> values_;
};

class FakeHost {
 public:
  FakeHost() {
    raw_.struct_size = sizeof(raw_);
    raw_.abi_minor = KGW_ABI_MINOR;
    raw_.ctx = this;
    raw_.log = [](void* ctx, int32_t severity, kgw_slice message) {
      static_cast<FakeHost*>(ctx)->log_.emplace_back(severity, sdk::view(message));
    };
    raw_.service = [](void* ctx, const char* id) -> const void* {
      const auto& services = static_cast<FakeHost*>(ctx)->services_;
      const auto found = services.find(id);
      return found == services.end() ? nullptr : found->second;
    };
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  void Grant(FakeHttp& http) { services_[KGW_HTTP] = http.raw(); }
  void Grant(FakeState& state) { services_[KGW_STATE] = state.raw(); }

  const std::vector<std::pair<int32_t, std::string>>& log() const { return log_; }
  const kgw_host* raw() const { return &raw_; }
  sdk::Host host() const { return sdk::Host(&raw_); }

 private:
  kgw_host raw_{};
  std::map<std::string, const void*> services_;
  std::vector<std::pair<int32_t, std::string>> log_;
};

// One instance of a plug-in that is linked into the test itself, called through its C table.
class FakePlugin {
 public:
  FakePlugin(kgw_entry_fn entry, FakeHost& host, std::string_view config_json)
      : plugin_(entry(KGW_ABI_MINOR)) {
    create_code_ = plugin_->create(host.raw(), sdk::slice(config_json), create_call_.raw(), &self_);
  }
  ~FakePlugin() {
    if (create_code_ == KGW_OK) plugin_->destroy(self_);
  }
  FakePlugin(const FakePlugin&) = delete;
  FakePlugin& operator=(const FakePlugin&) = delete;

  kgw_code create_code() const { return create_code_; }
  // What the plug-in said while it was made.
  const FakeCall& create_call() const { return create_call_; }
  const kgw_plugin& descriptor() const { return *plugin_; }

  // A batch; the bodies are given from copies that are overwritten afterwards, so that a plug-in
  // that kept a pointer reads rubbish.
  kgw_code MapBatch(FakeCall& call, std::string_view media_type, std::vector<std::string> bodies) {
    const auto* mapper = static_cast<const kgw_mapper*>(plugin_->interface(KGW_MAPPER));
    if (mapper == nullptr) return KGW_UNIMPLEMENTED;
    std::vector<kgw_item> items;
    for (const std::string& body : bodies) {
      items.push_back({sdk::slice(media_type), sdk::slice(body)});
    }
    call.set_item_count(static_cast<uint32_t>(items.size()));
    const kgw_code code =
        mapper->map(self_, call.raw(), items.data(), static_cast<uint32_t>(items.size()));
    for (std::string& body : bodies) body.assign(body.size(), '\xdb');
    return code;
  }
  // One record; answers the item's own code.
  kgw_code Map(FakeCall& call, std::string_view media_type, std::string_view body) {
    const kgw_code code = MapBatch(call, media_type, {std::string(body)});
    const auto found = call.finished().find(0);
    return found == call.finished().end() ? code : found->second;
  }
  kgw_code Deliver(FakeCall& call, std::string_view unit_json) {
    return WithConnector([&](const kgw_connector& c) {
      const kgw_item item{sdk::slice("application/vnd.kgw.delivery+json"), sdk::slice(unit_json)};
      return c.deliver(self_, call.raw(), &item);
    });
  }
  kgw_code Probe(FakeCall& call) {
    return WithConnector([&](const kgw_connector& c) { return c.probe(self_, call.raw()); });
  }

 private:
  template <typename Function>
  kgw_code WithConnector(Function function) {
    const auto* connector = static_cast<const kgw_connector*>(plugin_->interface(KGW_CONNECTOR));
    return connector == nullptr ? KGW_UNIMPLEMENTED : function(*connector);
  }

  const kgw_plugin* plugin_;
  void* self_ = nullptr;
  FakeCall create_call_;
  kgw_code create_code_ = KGW_OK;
};

}  // namespace kgw::testing

#endif  // KGW_TESTING_HPP_
