/* A connector that would be fine, around the `deliver` that its neighbour has defined before. */
#ifndef TESTS_PLUGINS_BROKEN_CONNECTOR_H_
#define TESTS_PLUGINS_BROKEN_CONNECTOR_H_

#include "text.h"

static kgw_code probe(void* self, const kgw_call* call) {
  (void)self;
  (void)call;
  return KGW_OK;
}

static const kgw_connector connector = {sizeof(kgw_connector), 0, deliver, NULL, probe};
static const void* only_connector(const char* interface_id) {
  (void)interface_id;
  return &connector;
}

#endif /* TESTS_PLUGINS_BROKEN_CONNECTOR_H_ */
