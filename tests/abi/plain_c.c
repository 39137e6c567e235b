/* A whole plug-in in strict C11, to hold the header to its promise of needing nothing else. */
#include <string.h>

#include "kgw/kgw.h"

/* Built with a later kgw.h than the host's, it finds nothing that only that header declares. */
#ifdef KGW_LATER
#define SEES_LATER(type, pointer) KGW_LATER(type, pointer)
#else
#define SEES_LATER(type, pointer) 0
#endif

static kgw_slice text(const char* characters) {
  kgw_slice slice;
  slice.data = characters;
  slice.size = strlen(characters);
  return slice;
}

static kgw_code create(const kgw_host* host, kgw_slice config_json, const kgw_call* call,
                       void** self) {
  (void)config_json;
  (void)call;
  *self = NULL;
  if (SEES_LATER(kgw_host, host) || SEES_LATER(kgw_call, call)) return KGW_DATA_LOSS;
  host->log(host->ctx, KGW_INFORMATION, text("ready"));
  return KGW_OK;
}

static void destroy(void* self) { (void)self; }

static kgw_code map(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count) {
  uint32_t i;
  (void)self;
  if (SEES_LATER(kgw_call, call)) return KGW_DATA_LOSS;
  for (i = 0; i < item_count; ++i) {
    const kgw_code code =
        call->emit(call->ctx, i, items[i].media_type, text("copy"), items[i].body);
    if (KGW_HAS(kgw_call, call, finish)) call->finish(call->ctx, i, code);
  }
  return KGW_OK;
}

static const kgw_mapper mapper = {sizeof(kgw_mapper), 0, map};

static const void* interface(const char* interface_id) {
  return strcmp(interface_id, KGW_MAPPER) == 0 ? &mapper : NULL;
}

static const char* const services[] = {NULL};
static const kgw_plugin plugin = {sizeof(kgw_plugin),
                                  0, /* the manifest's abi.minor: it can serve every host of 1.x */
                                  "org.example.plain-c",
                                  "0.1.0",
                                  "Apache-2.0",
                                  KGW_THREAD_SAFE | KGW_PURE,
                                  0,
                                  services,
                                  create,
                                  destroy,
                                  interface};

KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t host_abi_minor);
KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t host_abi_minor) {
  (void)host_abi_minor;
  return &plugin;
}
