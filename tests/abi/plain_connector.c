/* A connector in strict C11. It puts the unit, which is a URL, to that URL, keeps what came back
 * and says what it has kept. It passes arrays in both directions, so that their strides show. */
#include <stdlib.h>
#include <string.h>

#include "kgw/kgw.h"

/* Built with a later kgw.h than the host's, it finds nothing that only that header declares. */
#ifdef KGW_LATER
#define SEES_LATER(type, pointer) KGW_LATER(type, pointer)
#else
#define SEES_LATER(type, pointer) 0
#endif

#define MOST 1024

typedef struct connector {
  const kgw_http* http;
  const kgw_state* state;
} connector;

typedef struct answer {
  char text[MOST];
  size_t size;
  int32_t status;
  int sees_later;
} answer;

static kgw_slice text(const char* characters) {
  kgw_slice slice;
  slice.data = characters;
  slice.size = strlen(characters);
  return slice;
}

static void append(answer* to, kgw_slice from) {
  if (from.size > MOST - to->size) return;
  if (from.size != 0) memcpy(to->text + to->size, from.data, from.size);
  to->size += from.size;
}

static kgw_code create(const kgw_host* host, kgw_slice config_json, const kgw_call* call,
                       void** self) {
  connector* made;
  (void)config_json;
  (void)call;
  if (SEES_LATER(kgw_host, host) || SEES_LATER(kgw_call, call)) return KGW_DATA_LOSS;
  made = malloc(sizeof(*made));
  if (made == NULL) return KGW_RESOURCE_EXHAUSTED;
  made->http = host->service(host->ctx, KGW_HTTP);
  made->state = host->service(host->ctx, KGW_STATE);
  *self = made;
  return KGW_OK;
}

static void destroy(void* self) { free(self); }

/* The headers that begin with X-, then the body. */
static void receive(void* user, const kgw_http_response* response) {
  answer* to = user;
  uint32_t i;
  to->status = response->status;
  if (SEES_LATER(kgw_http_response, response)) to->sees_later = 1;
  for (i = 0; i < response->header_count; ++i) {
    const kgw_header* header = &response->headers[i];
    if (header->name.size < 2 || memcmp(header->name.data, "X-", 2) != 0) continue;
    append(to, header->name);
    append(to, text("="));
    append(to, header->value);
    append(to, text(" "));
  }
  append(to, response->body);
}

static void receive_value(void* user, kgw_slice value) { append(user, value); }

static kgw_code put(const connector* self, const kgw_call* call, kgw_slice url, answer* to) {
  kgw_header headers[2];
  kgw_http_request request;
  kgw_code code;
  memset(&request, 0, sizeof(request));
  headers[0].name = text("X-First");
  headers[0].value = text("one");
  headers[1].name = text("X-Second");
  headers[1].value = text("two");
  request.struct_size = sizeof(request);
  request.header_count = 2;
  request.method = text("PUT");
  request.url = url;
  request.headers = headers;
  request.body = text("{}");
  code = self->http->send(self->http->ctx, call, &request, receive, to, NULL);
  if (code != KGW_OK) return code;
  return to->status == 200 ? KGW_OK : KGW_UNAVAILABLE;
}

static kgw_code deliver(void* raw_self, const kgw_call* call, const kgw_item* unit) {
  const connector* self = raw_self;
  answer got;
  answer kept;
  kgw_slice value;
  kgw_code code;
  if (self->http == NULL || self->state == NULL) return KGW_PERMISSION_DENIED;
  if (SEES_LATER(kgw_call, call) || SEES_LATER(kgw_http, self->http) ||
      SEES_LATER(kgw_state, self->state)) {
    return KGW_DATA_LOSS;
  }
  memset(&got, 0, sizeof(got));
  memset(&kept, 0, sizeof(kept));
  code = put(self, call, unit->body, &got);
  if (code != KGW_OK) return code;
  if (got.sees_later) return KGW_DATA_LOSS;
  value.data = got.text;
  value.size = got.size;
  code = self->state->put(self->state->ctx, call, text("last"), value);
  if (code != KGW_OK) return code;
  code = self->state->get(self->state->ctx, call, text("last"), receive_value, &kept);
  if (code != KGW_OK) return code;
  value.data = kept.text;
  value.size = kept.size;
  return call->emit(call->ctx, 0, text("application/vnd.kgw.entry+json"), text("kept"), value);
}

static kgw_code probe(void* self, const kgw_call* call) {
  (void)self;
  if (SEES_LATER(kgw_call, call)) return KGW_DATA_LOSS;
  return call->emit(call->ctx, 0, text("application/vnd.kgw.probe+json"), text(""), text("{}"));
}

static const void* interface(const char* interface_id) {
  static kgw_connector table; /* by member, so that those added later are NULL */
  table.struct_size = sizeof(table);
  table.deliver = deliver;
  table.probe = probe;
  return strcmp(interface_id, KGW_CONNECTOR) == 0 ? &table : NULL;
}

KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t host_abi_minor);
KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t host_abi_minor) {
  static const char* const services[] = {KGW_HTTP, KGW_STATE, NULL};
  static kgw_plugin plugin;
  (void)host_abi_minor;
  plugin.struct_size = sizeof(plugin);
  plugin.id = "org.example.plain-connector";
  plugin.version = "0.1.0";
  plugin.license = "Apache-2.0";
  plugin.flags = KGW_THREAD_SAFE;
  plugin.services = services;
  plugin.create = create;
  plugin.destroy = destroy;
  plugin.interface = interface;
  return &plugin;
}
