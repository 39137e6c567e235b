/* The layout of kgw.h as plug-ins have compiled it. Lines are added here, never changed: a line
 * that no longer holds means that plug-ins in the field would break. Structs that begin with
 * struct_size may grow; the three that are passed by value and in arrays may not. */
#include "kgw/kgw.h"

_Static_assert(sizeof(kgw_slice) == 16, "size of kgw_slice");
_Static_assert(offsetof(kgw_slice, data) == 0, "place of kgw_slice.data");
_Static_assert(offsetof(kgw_slice, size) == 8, "place of kgw_slice.size");

_Static_assert(sizeof(kgw_host) >= 32, "size of kgw_host");
_Static_assert(offsetof(kgw_host, struct_size) == 0, "place of kgw_host.struct_size");
_Static_assert(offsetof(kgw_host, abi_minor) == 4, "place of kgw_host.abi_minor");
_Static_assert(offsetof(kgw_host, ctx) == 8, "place of kgw_host.ctx");
_Static_assert(offsetof(kgw_host, log) == 16, "place of kgw_host.log");
_Static_assert(offsetof(kgw_host, service) == 24, "place of kgw_host.service");

_Static_assert(sizeof(kgw_call) >= 96, "size of kgw_call");
_Static_assert(offsetof(kgw_call, struct_size) == 0, "place of kgw_call.struct_size");
_Static_assert(offsetof(kgw_call, reserved) == 4, "place of kgw_call.reserved");
_Static_assert(offsetof(kgw_call, ctx) == 8, "place of kgw_call.ctx");
_Static_assert(offsetof(kgw_call, trace_id) == 16, "place of kgw_call.trace_id");
_Static_assert(offsetof(kgw_call, tenant) == 32, "place of kgw_call.tenant");
_Static_assert(offsetof(kgw_call, deadline_monotonic_ns) == 48,
               "place of kgw_call.deadline_monotonic_ns");
_Static_assert(offsetof(kgw_call, cancelled) == 56, "place of kgw_call.cancelled");
_Static_assert(offsetof(kgw_call, issue) == 64, "place of kgw_call.issue");
_Static_assert(offsetof(kgw_call, emit) == 72, "place of kgw_call.emit");
_Static_assert(offsetof(kgw_call, finish) == 80, "place of kgw_call.finish");
_Static_assert(offsetof(kgw_call, retry_after) == 88, "place of kgw_call.retry_after");

_Static_assert(sizeof(kgw_item) == 32, "size of kgw_item");
_Static_assert(offsetof(kgw_item, media_type) == 0, "place of kgw_item.media_type");
_Static_assert(offsetof(kgw_item, body) == 16, "place of kgw_item.body");

_Static_assert(sizeof(kgw_mapper) >= 16, "size of kgw_mapper");
_Static_assert(offsetof(kgw_mapper, struct_size) == 0, "place of kgw_mapper.struct_size");
_Static_assert(offsetof(kgw_mapper, reserved) == 4, "place of kgw_mapper.reserved");
_Static_assert(offsetof(kgw_mapper, map) == 8, "place of kgw_mapper.map");

_Static_assert(sizeof(kgw_connector) >= 32, "size of kgw_connector");
_Static_assert(offsetof(kgw_connector, struct_size) == 0, "place of kgw_connector.struct_size");
_Static_assert(offsetof(kgw_connector, reserved) == 4, "place of kgw_connector.reserved");
_Static_assert(offsetof(kgw_connector, deliver) == 8, "place of kgw_connector.deliver");
_Static_assert(offsetof(kgw_connector, pull) == 16, "place of kgw_connector.pull");
_Static_assert(offsetof(kgw_connector, probe) == 24, "place of kgw_connector.probe");

_Static_assert(sizeof(kgw_plugin) >= 72, "size of kgw_plugin");
_Static_assert(offsetof(kgw_plugin, struct_size) == 0, "place of kgw_plugin.struct_size");
_Static_assert(offsetof(kgw_plugin, abi_minor) == 4, "place of kgw_plugin.abi_minor");
_Static_assert(offsetof(kgw_plugin, id) == 8, "place of kgw_plugin.id");
_Static_assert(offsetof(kgw_plugin, version) == 16, "place of kgw_plugin.version");
_Static_assert(offsetof(kgw_plugin, license) == 24, "place of kgw_plugin.license");
_Static_assert(offsetof(kgw_plugin, flags) == 32, "place of kgw_plugin.flags");
_Static_assert(offsetof(kgw_plugin, reserved) == 36, "place of kgw_plugin.reserved");
_Static_assert(offsetof(kgw_plugin, services) == 40, "place of kgw_plugin.services");
_Static_assert(offsetof(kgw_plugin, create) == 48, "place of kgw_plugin.create");
_Static_assert(offsetof(kgw_plugin, destroy) == 56, "place of kgw_plugin.destroy");
_Static_assert(offsetof(kgw_plugin, interface) == 64, "place of kgw_plugin.interface");

_Static_assert(sizeof(kgw_header) == 32, "size of kgw_header");
_Static_assert(offsetof(kgw_header, name) == 0, "place of kgw_header.name");
_Static_assert(offsetof(kgw_header, value) == 16, "place of kgw_header.value");

_Static_assert(sizeof(kgw_http_request) >= 72, "size of kgw_http_request");
_Static_assert(offsetof(kgw_http_request, struct_size) == 0,
               "place of kgw_http_request.struct_size");
_Static_assert(offsetof(kgw_http_request, header_count) == 4,
               "place of kgw_http_request.header_count");
_Static_assert(offsetof(kgw_http_request, method) == 8, "place of kgw_http_request.method");
_Static_assert(offsetof(kgw_http_request, url) == 24, "place of kgw_http_request.url");
_Static_assert(offsetof(kgw_http_request, headers) == 40, "place of kgw_http_request.headers");
_Static_assert(offsetof(kgw_http_request, body) == 48, "place of kgw_http_request.body");
_Static_assert(offsetof(kgw_http_request, timeout_ms) == 64,
               "place of kgw_http_request.timeout_ms");

_Static_assert(sizeof(kgw_http_response) >= 40, "size of kgw_http_response");
_Static_assert(offsetof(kgw_http_response, struct_size) == 0,
               "place of kgw_http_response.struct_size");
_Static_assert(offsetof(kgw_http_response, status) == 4, "place of kgw_http_response.status");
_Static_assert(offsetof(kgw_http_response, header_count) == 8,
               "place of kgw_http_response.header_count");
_Static_assert(offsetof(kgw_http_response, reserved) == 12, "place of kgw_http_response.reserved");
_Static_assert(offsetof(kgw_http_response, headers) == 16, "place of kgw_http_response.headers");
_Static_assert(offsetof(kgw_http_response, body) == 24, "place of kgw_http_response.body");

_Static_assert(sizeof(kgw_http) >= 24, "size of kgw_http");
_Static_assert(offsetof(kgw_http, struct_size) == 0, "place of kgw_http.struct_size");
_Static_assert(offsetof(kgw_http, reserved) == 4, "place of kgw_http.reserved");
_Static_assert(offsetof(kgw_http, ctx) == 8, "place of kgw_http.ctx");
_Static_assert(offsetof(kgw_http, send) == 16, "place of kgw_http.send");

_Static_assert(sizeof(kgw_state) >= 32, "size of kgw_state");
_Static_assert(offsetof(kgw_state, struct_size) == 0, "place of kgw_state.struct_size");
_Static_assert(offsetof(kgw_state, reserved) == 4, "place of kgw_state.reserved");
_Static_assert(offsetof(kgw_state, ctx) == 8, "place of kgw_state.ctx");
_Static_assert(offsetof(kgw_state, get) == 16, "place of kgw_state.get");
_Static_assert(offsetof(kgw_state, put) == 24, "place of kgw_state.put");

_Static_assert(KGW_ABI_MAJOR == 1u, "a new major version is a new entry symbol");
_Static_assert(KGW_OK == 0 && KGW_CANCELLED == 1 && KGW_INVALID_ARGUMENT == 3 &&
                   KGW_DEADLINE_EXCEEDED == 4 && KGW_NOT_FOUND == 5 && KGW_ALREADY_EXISTS == 6 &&
                   KGW_PERMISSION_DENIED == 7 && KGW_RESOURCE_EXHAUSTED == 8 &&
                   KGW_FAILED_PRECONDITION == 9 && KGW_ABORTED == 10 && KGW_UNIMPLEMENTED == 12 &&
                   KGW_INTERNAL == 13 && KGW_UNAVAILABLE == 14 && KGW_DATA_LOSS == 15 &&
                   KGW_UNAUTHENTICATED == 16,
               "codes are gRPC's numbers");
_Static_assert(KGW_DEBUG == 0 && KGW_INFORMATION == 1 && KGW_WARNING == 2 && KGW_ERROR == 3 &&
                   KGW_FATAL == 4,
               "severities");
_Static_assert(KGW_THREAD_SAFE == 1u && KGW_PURE == 2u && KGW_ISOLATE == 4u, "flags");

/* A member that is added must lie beyond what struct_size said before: no struct may end in padding
 * that the next one could hide in. These lines alone follow the last member. */
#define ENDS_WITH(type, member)                                                       \
  _Static_assert(sizeof(type) == offsetof(type, member) + sizeof(((type*)0)->member), \
                 #type " ends with " #member)
ENDS_WITH(kgw_host, service);
ENDS_WITH(kgw_call, retry_after);
ENDS_WITH(kgw_mapper, map);
ENDS_WITH(kgw_connector, probe);
ENDS_WITH(kgw_plugin, interface);
ENDS_WITH(kgw_http_request, timeout_ms);
ENDS_WITH(kgw_http_response, body);
ENDS_WITH(kgw_http, send);
ENDS_WITH(kgw_state, put);
