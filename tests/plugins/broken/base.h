/* A mapper that would be fine. Each neighbour defines one of the macros below before it includes
 * this, and so breaks one thing. */
#ifndef TESTS_PLUGINS_BROKEN_BASE_H_
#define TESTS_PLUGINS_BROKEN_BASE_H_

#include "kgw/kgw.h"
#include "text.h"

#ifdef __cplusplus
#define BROKEN_EXTERN extern "C"
#else
#define BROKEN_EXTERN
#endif

#ifndef BROKEN_STRUCT_SIZE
#define BROKEN_STRUCT_SIZE sizeof(kgw_plugin)
#endif
#ifndef BROKEN_ID
#define BROKEN_ID "org.example.broken"
#endif
#ifndef BROKEN_FLAGS
#define BROKEN_FLAGS KGW_THREAD_SAFE
#endif
#ifndef BROKEN_SERVICES
#define BROKEN_SERVICES NULL
#endif
#ifndef BROKEN_ENTRY
#define BROKEN_ENTRY kgw_entry_v1
#endif
#ifndef BROKEN_ENTRY_RESULT
#define BROKEN_ENTRY_RESULT &broken_plugin
#endif
#ifndef BROKEN_TABLE_SIZE
#define BROKEN_TABLE_SIZE sizeof(kgw_mapper)
#endif

#ifndef BROKEN_MAP
#define BROKEN_MAP broken_map
static kgw_code broken_map(void* self, const kgw_call* call, const kgw_item* items,
                           uint32_t item_count) {
  (void)self;
  (void)items;
  for (uint32_t i = 0; i < item_count; ++i) {
    call->emit(call->ctx, i, text("text/plain"), text("a"), text("b"));
  }
  return KGW_OK;
}
#endif

#ifndef BROKEN_CREATE
#define BROKEN_CREATE broken_create
static kgw_code broken_create(const kgw_host* host, kgw_slice config_json, const kgw_call* call,
                              void** self) {
  (void)host;
  (void)config_json;
  (void)call;
  (void)self;
  return KGW_OK;
}
#endif

static void broken_destroy(void* self) { (void)self; }

#ifndef BROKEN_INTERFACE
#define BROKEN_INTERFACE broken_interface
static const kgw_mapper broken_mapper = {BROKEN_TABLE_SIZE, 0, BROKEN_MAP};
static const void* broken_interface(const char* interface_id) {
  (void)interface_id;
  return &broken_mapper;
}
#endif

static const char* const broken_services[] = {BROKEN_SERVICES, NULL};
static const kgw_plugin broken_plugin = {BROKEN_STRUCT_SIZE,
                                         0, /* any host of 1.x */
                                         BROKEN_ID,
                                         "0.1.0",
                                         "Apache-2.0",
                                         BROKEN_FLAGS,
                                         0,
                                         broken_services,
                                         BROKEN_CREATE,
                                         broken_destroy,
                                         BROKEN_INTERFACE};

BROKEN_EXTERN KGW_EXPORT const kgw_plugin* BROKEN_ENTRY(uint32_t host_abi_minor);
BROKEN_EXTERN KGW_EXPORT const kgw_plugin* BROKEN_ENTRY(uint32_t host_abi_minor) {
  (void)host_abi_minor;
  (void)broken_plugin;
  return BROKEN_ENTRY_RESULT;
}

#endif /* TESTS_PLUGINS_BROKEN_BASE_H_ */
