#ifndef GATEWAY_PLUGIN_STATE_SERVICE_H_
#define GATEWAY_PLUGIN_STATE_SERVICE_H_

#include <string>

#include "gateway/plugin/services.h"
#include "kgw/kgw.h"

namespace kgw::plugin {

// kgw.state/1 of one instance: its values are its own, by plug-in, instance and tenant; the tenant
// is the call's, never the plug-in's choice. Lives as long as the instance. Any thread.
class StateService {
 public:
  // `store` outlives the service.
  StateService(std::string scope, StateStore& store);
  StateService(const StateService&) = delete;
  StateService& operator=(const StateService&) = delete;

  const kgw_state* table() const { return &table_; }

 private:
  static kgw_code Get(void* ctx, const kgw_call* call, kgw_slice key,
                      void (*receive)(void* user, kgw_slice value), void* user) noexcept;
  static kgw_code Put(void* ctx, const kgw_call* call, kgw_slice key, kgw_slice value) noexcept;

  std::string scope_;
  StateStore& store_;
  kgw_state table_{};
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_STATE_SERVICE_H_
