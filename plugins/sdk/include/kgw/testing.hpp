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
// The fakes keep the contract of kgw.h and write down, in the host's words, where the plug-in
// breaks it. docs/plugin-authors/README.md says what they cannot see. They are not safe from
// several threads.
#ifndef KGW_TESTING_HPP_
#define KGW_TESTING_HPP_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/detail/fake_call.hpp"
#include "kgw/detail/fake_services.hpp"
#include "kgw/kgw.h"
#include "kgw/kgw.hpp"

namespace kgw::testing {

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
      const FakeHost& self = *static_cast<FakeHost*>(ctx);
      if (self.declared_.has_value() && !self.declared_->contains(id)) return nullptr;
      const auto found = self.services_.find(id);
      return found == self.services_.end() ? nullptr : found->second;
    };
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  void Grant(FakeHttp& http) { services_[KGW_HTTP] = http.raw(); }
  void Grant(FakeState& state) { services_[KGW_STATE] = state.raw(); }

  // From now on only what this plug-in declares; FakePlugin does it. Services are for connectors.
  void Restrict(const kgw_plugin& plugin) {
    declared_.emplace();
    if (plugin.interface(KGW_CONNECTOR) == nullptr) return;
    for (const char* const* id = plugin.services; *id != nullptr; ++id) declared_->insert(*id);
  }

  const std::vector<std::pair<int32_t, std::string>>& log() const { return log_; }
  const kgw_host* raw() const { return &raw_; }
  sdk::Host host() const { return sdk::Host(&raw_); }

 private:
  kgw_host raw_{};
  std::map<std::string, const void*> services_;
  std::optional<std::set<std::string>> declared_;  // nullopt: whatever was granted
  std::vector<std::pair<int32_t, std::string>> log_;
};

// One instance of a plug-in that is linked into the test itself, called through its C table.
class FakePlugin {
 public:
  FakePlugin(kgw_entry_fn entry, FakeHost& host, std::string_view config_json)
      : plugin_(entry(KGW_ABI_MINOR)) {
    host.Restrict(*plugin_);
    create_code_ = Run(create_call_, Task::kCreate, [&](const kgw_call* call) {
      return plugin_->create(host.raw(), sdk::slice(config_json), call, &self_);
    });
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
    const kgw_code code = Run(call, Task::kMap, [&](const kgw_call* raw) {
      return mapper->map(self_, raw, items.data(), static_cast<uint32_t>(items.size()));
    });
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
    const auto* connector = static_cast<const kgw_connector*>(plugin_->interface(KGW_CONNECTOR));
    if (connector == nullptr) return KGW_UNIMPLEMENTED;
    const kgw_item item{sdk::slice("application/vnd.kgw.delivery+json"), sdk::slice(unit_json)};
    return Run(call, Task::kDeliver,
               [&](const kgw_call* raw) { return connector->deliver(self_, raw, &item); });
  }
  kgw_code Probe(FakeCall& call) {
    const auto* connector = static_cast<const kgw_connector*>(plugin_->interface(KGW_CONNECTOR));
    if (connector == nullptr) return KGW_UNIMPLEMENTED;
    return Run(call, Task::kProbe,
               [&](const kgw_call* raw) { return connector->probe(self_, raw); });
  }

 private:
  template <typename Function>
  static kgw_code Run(FakeCall& call, Task task, Function function) {
    call.Begin(task);
    const kgw_code code = function(call.raw());
    call.End(code);
    return code;
  }

  const kgw_plugin* plugin_;
  void* self_ = nullptr;
  FakeCall create_call_;
  kgw_code create_code_ = KGW_OK;
};

}  // namespace kgw::testing

#endif  // KGW_TESTING_HPP_
