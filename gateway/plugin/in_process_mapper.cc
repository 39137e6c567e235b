#include "gateway/plugin/in_process_mapper.h"

#include <algorithm>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/plugin/lent_bytes.h"

namespace kgw::plugin {
namespace {

// Keeps what each item emits until the call is over.
class MapCall : public ActiveCall {
 public:
  MapCall(Library& library, const CallLimits& limits, uint32_t item_count, std::string_view tenant,
          int64_t deadline, const std::atomic<bool>* cancel)
      : ActiveCall(library, limits, item_count, tenant, deadline, cancel), outputs_(item_count) {}

  std::vector<Emitted>& outputs(uint32_t item) { return outputs_[item]; }

 private:
  kgw_code Accept(uint32_t item, Emitted emitted) override {
    outputs_[item].push_back(std::move(emitted));
    return KGW_OK;
  }

  std::vector<std::vector<Emitted>> outputs_;
};

// The rule that an item ending with OK has broken; empty: none.
std::string RuleBrokenBySuccess(const ActiveCall::Item& item) {
  if (item.emit_failed) return "it closed an item with OK although an emit had failed";
  if (item.outputs == 0 && item.issues.empty()) {
    return "it closed an item with OK without an output or an issue";
  }
  return {};
}

constexpr absl::Duration kComeBack = absl::Seconds(1);

MapResult Undecided(const Instance& instance, std::string_view why) {
  MapResult result;
  result.undecided = true;
  result.status = RetryLater(absl::StatusCode::kUnavailable,
                             StrCat("Plug-in ", instance.name(), " ", why, "."), kComeBack);
  return result;
}

MapResult ResultOf(const Instance& instance, MapCall& call, uint32_t index, kgw_code code_of_call) {
  if (!call.entered()) return Undecided(instance, "has more to map than it can");
  MapResult result;
  ActiveCall::Item& item = call.mutable_items()[index];
  kgw_code code = item.finished ? item.code : code_of_call;
  std::string broken = call.broken().empty() ? item.broken : call.broken();
  if (broken.empty() && !IsKnownCode(code)) {
    broken = StrCat("it finished an item with code ", code, ", which kgw.h does not have");
  }
  if (broken.empty() && code == KGW_OK) broken = RuleBrokenBySuccess(item);
  if (!broken.empty()) {
    result.status = instance.Broke(broken);
  } else if (code != KGW_OK && call.HostEnds()) {
    return Undecided(instance, "was asked to stop, for the gateway ends");
  } else if (code != KGW_OK) {
    result.status = instance.Failure(code, item);
  } else {
    result.outputs = std::move(call.outputs(index));
  }
  result.issues = std::move(item.issues);
  if (item.issues_left_out > 0) {
    result.issues.push_back({KGW_INFORMATION, "informational", "",
                             StrCat(item.issues_left_out, " further issues were left out")});
  }
  return result;
}

}  // namespace

void InProcessMapper::MapGroup(absl::Span<const MapInput> inputs, absl::Duration timeout,
                               std::vector<MapResult>& results) {
  const auto count = static_cast<uint32_t>(inputs.size());
  const bool guard = instance_->host().guard_lent_bytes;
  MapCall call(instance_->library(), instance_->host().limits, count, inputs.front().tenant,
               DeadlineAfter(timeout), instance_->cancel_flag());
  std::vector<LentBytes> lent;
  lent.reserve(inputs.size() * 2);
  std::vector<kgw_item> items;
  items.reserve(inputs.size());
  for (const MapInput& input : inputs) {
    const kgw_slice media_type = lent.emplace_back(input.media_type, guard).slice();
    const kgw_slice body = lent.emplace_back(input.body, guard).slice();
    items.push_back({media_type, body});
  }
  const LentBytes array(
      {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(kgw_item)}, guard);
  const kgw_mapper& mapper = *instance_->library().mapper;
  const kgw_code code = instance_->Run("map", call, [&](void* self) {
    return mapper.map(self, call.raw(), static_cast<const kgw_item*>(array.slice().data), count);
  });
  // A rule that was broken by one of them says nothing about its neighbours.
  if (!call.broken().empty() && count > 1) {
    for (const MapInput& input : inputs) MapGroup({&input, 1}, timeout, results);
    return;
  }
  for (uint32_t i = 0; i < count; ++i) results.push_back(ResultOf(*instance_, call, i, code));
}

std::vector<MapResult> InProcessMapper::Map(const std::vector<MapInput>& inputs,
                                            absl::Duration timeout) {
  std::vector<MapResult> results;
  results.reserve(inputs.size());
  for (size_t begin = 0; begin < inputs.size();) {
    size_t end = begin + 1;
    while (end < inputs.size() && inputs[end].tenant == inputs[begin].tenant) ++end;
    MapGroup(absl::MakeConstSpan(inputs).subspan(begin, end - begin), timeout, results);
    begin = end;
  }
  return results;
}

}  // namespace kgw::plugin
