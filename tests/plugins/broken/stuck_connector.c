/* A connector whose delivery never ends, whether or not it is cancelled. */
#include <unistd.h>

#include "text.h"

static kgw_code deliver(void* self, const kgw_call* call, const kgw_item* unit) {
  (void)self;
  (void)call;
  (void)unit;
  while (1) pause();
}

static kgw_code probe(void* self, const kgw_call* call) {
  (void)self;
  (void)call;
  return KGW_OK;
}

static const kgw_connector table = {sizeof(kgw_connector), 0, deliver, NULL, probe};
static const void* only_connector(const char* interface_id) {
  (void)interface_id;
  return &table;
}
#define BROKEN_INTERFACE only_connector
#define BROKEN_MAP NULL
#include "base.h"
