#include "gateway/plugin/state_service.h"

#include <string_view>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"
#include "gateway/plugin/active_call.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxKey = 256;
constexpr size_t kMaxValue = 64 * 1024;
// Stored before each value, so that an empty value differs from a removed key.
constexpr std::string_view kPresent = "=";

std::string_view View(kgw_slice slice) {
  return slice.data == nullptr ? std::string_view()
                               : std::string_view(static_cast<const char*>(slice.data), slice.size);
}

bool IsKey(kgw_slice key) {
  return key.data != nullptr && key.size > 0 && key.size <= kMaxKey && IsValidUtf8(View(key));
}

kgw_code CodeOf(const absl::Status& status) {
  const auto code = static_cast<kgw_code>(status.code());
  return IsKnownCode(code) ? code : KGW_INTERNAL;
}

}  // namespace

StateService::StateService(std::string scope, StateStore& store)
    : scope_(std::move(scope)), store_(store) {
  table_.struct_size = sizeof(table_);
  table_.ctx = this;
  table_.get = &StateService::Get;
  table_.put = &StateService::Put;
}

kgw_code StateService::Get(void* ctx, const kgw_call* raw_call, kgw_slice key,
                           void (*receive)(void* user, kgw_slice value), void* user) noexcept {
  try {
    auto& self = *static_cast<StateService*>(ctx);
    const ActiveCall* call = ActiveCall::Find(raw_call);
    if (call == nullptr || !IsKey(key) || receive == nullptr) return KGW_INVALID_ARGUMENT;
    const absl::StatusOr<std::string> stored =
        self.store_.GetState(self.scope_, call->tenant(), View(key));
    if (!stored.ok()) return CodeOf(stored.status());
    if (!stored->starts_with(kPresent)) return KGW_NOT_FOUND;
    receive(user, {stored->data() + kPresent.size(), stored->size() - kPresent.size()});
    return KGW_OK;
  } catch (...) {
    return KGW_RESOURCE_EXHAUSTED;
  }
}

kgw_code StateService::Put(void* ctx, const kgw_call* raw_call, kgw_slice key,
                           kgw_slice value) noexcept {
  try {
    auto& self = *static_cast<StateService*>(ctx);
    const ActiveCall* call = ActiveCall::Find(raw_call);
    if (call == nullptr || !IsKey(key) || value.size > kMaxValue ||
        (value.data == nullptr && value.size != 0)) {
      return KGW_INVALID_ARGUMENT;
    }
    const std::string stored =
        value.data == nullptr ? std::string() : StrCat(kPresent, View(value));
    return CodeOf(self.store_.PutState(self.scope_, call->tenant(), View(key), stored));
  } catch (...) {
    return KGW_RESOURCE_EXHAUSTED;
  }
}

}  // namespace kgw::plugin
