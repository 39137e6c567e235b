/* Does not like its configuration, and says why. */
#include "text.h"

static kgw_code refuse(const kgw_host* host, kgw_slice config_json, const kgw_call* call,
                       void** self) {
  (void)host;
  (void)config_json;
  (void)self;
  call->issue(call->ctx, 0, KGW_ERROR, text("value"), text("settings.unit"),
              text("The unit is unknown."));
  return KGW_INVALID_ARGUMENT;
}
#define BROKEN_CREATE refuse
#include "base.h"
