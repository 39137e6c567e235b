#include "gateway/plugin/in_process_connector.h"

#include <utility>

#include "gateway/base/strings.h"
#include "gateway/plugin/lent_bytes.h"

namespace kgw::plugin {
namespace {

constexpr std::string_view kDeliveryType = "application/vnd.kgw.delivery+json";
constexpr std::string_view kEntryType = "application/vnd.kgw.entry+json";
constexpr std::string_view kProbeType = "application/vnd.kgw.probe+json";

// Passes each output on at once: it is durable when the sink has answered OK.
class ConnectorCall : public ActiveCall {
 public:
  // A call that ends with OK has emitted at least one output of `expected_type`.
  ConnectorCall(Instance& instance, std::string_view tenant, absl::Duration timeout, EmitSink& sink,
                std::string_view expected_type)
      : ActiveCall(instance.library(), instance.host().limits, 1, tenant, DeadlineAfter(timeout),
                   instance.cancel_flag()),
        sink_(sink),
        expected_type_(expected_type) {}

  bool emitted_expected() const { return emitted_expected_; }
  // Why the sink refused an output.
  const absl::Status& sink_status() const { return sink_status_; }

 private:
  kgw_code Accept(uint32_t, Emitted emitted) override {
    sink_status_ = sink_.OnEmit(emitted);
    if (!sink_status_.ok()) {
      const auto code = static_cast<kgw_code>(sink_status_.code());
      return IsKnownCode(code) ? code : KGW_INTERNAL;
    }
    if (emitted.media_type == expected_type_) emitted_expected_ = true;
    return KGW_OK;
  }

  EmitSink& sink_;
  std::string_view expected_type_;
  bool emitted_expected_ = false;
  absl::Status sink_status_;
};

std::string RuleBrokenBySuccess(const ConnectorCall& call, std::string_view expected_type) {
  if (call.items()[0].emit_failed) return "it returned OK although an emit had failed";
  if (!call.emitted_expected()) return StrCat("it returned OK without emitting ", expected_type);
  return {};
}

CallResult ResultOf(const Instance& instance, ConnectorCall& call, kgw_code code_of_call,
                    std::string_view expected_type) {
  CallResult result;
  ActiveCall::Item& item = call.mutable_items()[0];
  kgw_code code = item.finished ? item.code : code_of_call;
  std::string broken = call.broken().empty() ? item.broken : call.broken();
  if (broken.empty() && !IsKnownCode(code)) {
    broken = StrCat("it finished an item with code ", code, ", which kgw.h does not have");
  }
  if (broken.empty() && code == KGW_OK) broken = RuleBrokenBySuccess(call, expected_type);
  if (!broken.empty()) {
    result.status = instance.Broke(broken);
  } else if (code != KGW_OK && !call.sink_status().ok()) {
    // The plug-in only repeats what the host itself had to say.
    result.status = call.sink_status();
  } else if (code != KGW_OK) {
    result.status = instance.Failure(code, item);
  }
  result.issues = std::move(item.issues);
  result.retry_after = item.retry_after;
  return result;
}

}  // namespace

CallResult InProcessConnector::Deliver(std::string_view tenant, std::string_view unit_json,
                                       EmitSink& sink, absl::Duration timeout) {
  ConnectorCall call(*instance_, tenant, timeout, sink, kEntryType);
  const bool guard = instance_->host().guard_lent_bytes;
  const LentBytes body(unit_json, guard);
  const kgw_item unit{{kDeliveryType.data(), kDeliveryType.size()}, body.slice()};
  const LentBytes item({reinterpret_cast<const char*>(&unit), sizeof(unit)}, guard);
  const kgw_connector& connector = *instance_->library().connector;
  const kgw_code code = instance_->Run("deliver", call, [&](void* self) {
    return connector.deliver(self, call.raw(), static_cast<const kgw_item*>(item.slice().data));
  });
  return ResultOf(*instance_, call, code, kEntryType);
}

CallResult InProcessConnector::Probe(EmitSink& sink, absl::Duration timeout) {
  ConnectorCall call(*instance_, "", timeout, sink, kProbeType);
  const kgw_connector& connector = *instance_->library().connector;
  const kgw_code code =
      instance_->Run("probe", call, [&](void* self) { return connector.probe(self, call.raw()); });
  return ResultOf(*instance_, call, code, kProbeType);
}

}  // namespace kgw::plugin
