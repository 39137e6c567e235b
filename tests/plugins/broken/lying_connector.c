/* A connector that says "delivered" whatever happens: its unit's first byte chooses how it lies. */
#include "text.h"

static kgw_code deliver(void* self, const kgw_call* call, const kgw_item* unit) {
  (void)self;
  switch (*(const char*)unit->body.data) {
    case 'i': /* ignores that the host could not keep the result */
      call->emit(call->ctx, 0, text("application/vnd.kgw.entry+json"), text("e"), text("{}"));
      return KGW_OK;
    case 'e': /* goes on after a failure */
      call->emit(call->ctx, 0, text("application/vnd.kgw.entry+json"), text("e"), text("{}"));
      return call->emit(call->ctx, 0, text("application/vnd.kgw.entry+json"), text("f"),
                        text("{}"));
    default: /* no word about any entry */
      return KGW_OK;
  }
}

#include "connector.h"
#define BROKEN_INTERFACE only_connector
#define BROKEN_MAP NULL
#include "base.h"
