/* clang-format off */
/* The kgw.h of version 0.9, as it was when the first plug-ins were built with it. Never changed: tests
 * build plug-ins with it and run them in the host of today. What follows is that file. */
/* kgw.h - how KAP Gateway and a plug-in talk. C11; needs <stddef.h> and <stdint.h>.
 *
 * Version 0.9, the draft of 1.0, which is not frozen yet. The numbers below and a manifest's "abi" say
 * 1.0 already, so that a plug-in built today is taken by a gateway of 1.x. Until 1.0 is frozen the
 * words may become more exact and rules stricter, and members may be added without KGW_ABI_MINOR
 * rising. What stands here keeps its place, its size and its number from now on.
 *
 * 1. Bytes are LENT for one call, never given. Whoever wants to keep them copies them. Nothing here
 *    allocates for the other side, and nobody frees the other side's memory.
 * 2. No exception, longjmp or signal crosses any function declared here.
 * 3. Every string is UTF-8 with its length, not NUL-terminated, unless it is `const char*`.
 * 4. kgw_slice, kgw_item and kgw_header never change: they are passed by value and in arrays. Every
 *    other struct begins with struct_size and grows at the end only, without padding after its last
 *    member; a reader asks KGW_HAS before it touches a member newer than version 1.0. Members are
 *    never removed and their places never reused.
 * 5. Codes are gRPC's numbers. From a connector UNAVAILABLE, RESOURCE_EXHAUSTED and ABORTED mean
 *    "again later", and every other code but OK is final. From a mapper every code but OK is final:
 *    the record is parked until a person has it mapped again.
 * 6. A plug-in starts no threads, installs no signal handlers, and calls none of atexit, setlocale,
 *    fork, chdir. It opens no files and no sockets: the host does that for it, through services.
 *
 *  function          thread                                  may block        on failure
 *  entry, interface  any                                     no               NULL
 *  create            one at a time for one configuration     start time-out   code + issues; *self untouched
 *  map, deliver, ..  any, at once iff KGW_THREAD_SAFE,       until deadline   code + issues
 *                    else one at a time for one instance
 *  destroy           any, after the last call has returned   briefly          cannot fail
 *  host functions    any (call functions: the call's thread) services only    code
 */
#ifndef KGW_KGW_H_
#define KGW_KGW_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KGW_ABI_MAJOR 1u
#define KGW_ABI_MINOR 0u
#define KGW_ENTRY_SYMBOL "kgw_entry_v1"

/* True when `member` lies inside what the other side says it compiled. */
#define KGW_HAS(type, pointer, member) \
  ((pointer) != NULL &&                \
   (pointer)->struct_size >= offsetof(type, member) + sizeof((pointer)->member))

/* --- values ---------------------------------------------------------------------------------- */

/* Never changes. */
typedef struct kgw_slice {
  const void* data; /* may be NULL when size is 0 */
  uint64_t size;
} kgw_slice;

typedef int32_t kgw_code;
enum {
  KGW_OK = 0,
  KGW_CANCELLED = 1,
  KGW_INVALID_ARGUMENT = 3,    /* the input is wrong */
  KGW_DEADLINE_EXCEEDED = 4,
  KGW_NOT_FOUND = 5,
  KGW_ALREADY_EXISTS = 6,
  KGW_PERMISSION_DENIED = 7,
  KGW_RESOURCE_EXHAUSTED = 8,  /* again later, from a connector */
  KGW_FAILED_PRECONDITION = 9, /* a person must act first, e.g. link a patient */
  KGW_ABORTED = 10,            /* again later, from a connector */
  KGW_UNIMPLEMENTED = 12,
  KGW_INTERNAL = 13,
  KGW_UNAVAILABLE = 14,        /* again later, from a connector */
  KGW_DATA_LOSS = 15,
  KGW_UNAUTHENTICATED = 16
};

/* In the order of FHIR's issue-severity. */
enum { KGW_DEBUG = 0, KGW_INFORMATION = 1, KGW_WARNING = 2, KGW_ERROR = 3, KGW_FATAL = 4 };

/* --- host to plug-in ------------------------------------------------------------------------- */

/* [any thread] Lives as long as the instance. */
typedef struct kgw_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  void* ctx;
  /* One line for the operator. Never put a value from an input into it: it may be about a patient. */
  void (*log)(void* ctx, int32_t severity, kgw_slice message);
  /* A service's function table, e.g. service(ctx, "kgw.http/1"); NULL unless the manifest asks for
   * it and the operator granted it, and always for a mapper. The answer is the same for the whole
   * life of the instance. */
  const void* (*service)(void* ctx, const char* service_id);
} kgw_host;

/* [the call's thread] Valid until the plug-in's function returns; so is every slice it reaches. */
typedef struct kgw_call {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  kgw_slice trace_id;
  kgw_slice tenant;
  int64_t deadline_monotonic_ns; /* CLOCK_MONOTONIC; 0: none. Return soon after it has passed. */
  int32_t (*cancelled)(void* ctx);
  /* An OperationOutcome.issue about one item of the call: severity, FHIR issue code, FHIRPath of
   * the element, text. The path may be precise; the text never holds a value from the input. */
  void (*issue)(void* ctx, uint32_t item, int32_t severity, kgw_slice code, kgw_slice path,
                kgw_slice text);
  /* One finished output of one item. What `name` and the media types mean is said at each
   * interface. From a mapper the host keeps a copy until the item is closed. From a connector the
   * output is durable when emit returns OK; on any other code the plug-in stops and returns it. */
  kgw_code (*emit)(void* ctx, uint32_t item, kgw_slice media_type, kgw_slice name, kgw_slice body);
  /* Closes an item; no emit or issue may follow for it. Items left open when the function returns
   * are closed with the function's own code. Closing twice is an error of the plug-in. */
  void (*finish)(void* ctx, uint32_t item, kgw_code code);
  /* With a connector's "again later" code: not before so many milliseconds from now. Of a mapper it
   * is ignored. */
  void (*retry_after)(void* ctx, uint32_t item, int64_t milliseconds);
} kgw_call;

/* One input of a call; items are numbered from 0 in the order of the array. Never changes. */
typedef struct kgw_item {
  kgw_slice media_type;
  kgw_slice body;
} kgw_item;

/* --- interfaces a plug-in may offer ---------------------------------------------------------- */

/* Bodies of one form in, bodies of another out; no effect on the world. All or nothing for an item:
 * what it emitted counts when it is closed with OK. Silence is no answer: an item closed with OK has
 * at least one output or issue. An issue of KGW_ERROR or KGW_FATAL parks the record also with OK.
 *
 * KAP records in ("application/vnd.kap.record+json": proto3 JSON of kap.v1.Record), emits:
 *   "application/fhir+json", name = role: one FHIR resource without an id. The role is stable
 *     across versions and begins with the resource type ("Observation/bp/1"). References:
 *     "kgw:self/ROLE" to a resource of the same record, "kgw:record/TYPE/ID/ROLE" to another
 *     record's; ID and each segment of ROLE are percent-encoded. The host puts ids in their place.
 *   "application/vnd.kgw.signal+json", name = rule: {"code", "text", "resource": ROLE}: something a
 *     clinician should see at once. Goes back to the sender, nowhere else. */
#define KGW_MAPPER "kgw.mapper/1"
typedef struct kgw_mapper {
  uint32_t struct_size;
  uint32_t reserved;
  kgw_code (*map)(void* self, const kgw_call* call, const kgw_item* items, uint32_t item_count);
} kgw_mapper;

/* Carries things to and from one far side. The item is always 0. docs/plugin-authors/connector.md
 * describes the JSON of each media type. */
#define KGW_CONNECTOR "kgw.connector/1"
typedef struct kgw_connector {
  uint32_t struct_size;
  uint32_t reserved;
  /* One unit to the far side ("application/vnd.kgw.delivery+json"). Emits, each durable on return:
   *   "application/vnd.kgw.intent+json", name = "": before a request that first makes something leaves;
   *     with "withdrawn": true, once it is certain that this call has made nothing of the entries;
   *   "application/vnd.kgw.entry+json", name = entry: what became of one entry; with
   *     name = "", {"entries":[{"entry":..},..]}: of several, durable together;
   *   "application/vnd.kgw.error+json", name = "": the far side's own words about a failure. */
  kgw_code (*deliver)(void* self, const kgw_call* call, const kgw_item* unit);
  /* Changes since a cursor; NULL when the connector cannot. The other two are never NULL. */
  kgw_code (*pull)(void* self, const kgw_call* call, const kgw_item* cursor);
  /* Tests the connection; emits "application/vnd.kgw.probe+json": what the far side can do. */
  kgw_code (*probe)(void* self, const kgw_call* call);
} kgw_connector;

/* --- the plug-in ------------------------------------------------------------------------------ */

enum {
  KGW_THREAD_SAFE = 1u << 0, /* functions of one instance may run at once */
  KGW_PURE = 1u << 1,        /* same input, same output; no effects */
  KGW_ISOLATE = 1u << 2      /* must run in a child process */
};

/* const, static storage, never freed. */
typedef struct kgw_plugin {
  uint32_t struct_size;
  /* The oldest host it can serve, 0 for every 1.x; equals the manifest's abi.minor. Write the
   * number: KGW_ABI_MINOR rises with the kit that the plug-in is built with. */
  uint32_t abi_minor;
  const char* id;      /* reverse DNS, equals the manifest's */
  const char* version; /* semantic version, equals the manifest's */
  const char* license; /* SPDX expression */
  uint32_t flags;
  uint32_t reserved;
  const char* const* services; /* NULL-terminated; equals the manifest's */
  kgw_code (*create)(const kgw_host* host, kgw_slice config_json, const kgw_call* call,
                     void** self);
  void (*destroy)(void* self);
  /* The table of an interface the plug-in offers, or NULL. */
  const void* (*interface)(const char* interface_id);
} kgw_plugin;

/* The only exported symbol. NULL: "I cannot serve this host". No threads, no I/O; callable again. */
typedef const kgw_plugin* (*kgw_entry_fn)(uint32_t host_abi_minor);

#if defined(__GNUC__)
#define KGW_EXPORT __attribute__((visibility("default")))
#else
#define KGW_EXPORT
#endif

/* --- services of the host --------------------------------------------------------------------- */

/* HTTP requests, made by the host: pooled connections, TLS, time-outs, size limits, and only to
 * hosts the operator granted. Credentials are put in by the host. */
#define KGW_HTTP "kgw.http/1"
/* Never changes: requests and answers carry arrays of it. */
typedef struct kgw_header {
  kgw_slice name;
  kgw_slice value;
} kgw_header;

typedef struct kgw_http_request {
  uint32_t struct_size;
  uint32_t header_count;
  kgw_slice method;
  kgw_slice url;
  const kgw_header* headers;
  kgw_slice body;
  int64_t timeout_ms; /* 0: the host's default; the call's deadline holds as well */
} kgw_http_request;

/* Lent by the host until the function that receives it returns. */
typedef struct kgw_http_response {
  uint32_t struct_size;
  int32_t status;
  uint32_t header_count;
  uint32_t reserved;
  const kgw_header* headers;
  kgw_slice body;
} kgw_http_response;

typedef struct kgw_http {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of the functions below */
  /* `call` is the call the plug-in is serving, on its thread; any other is INVALID_ARGUMENT.
   * OK: an answer came, of whatever status, and `receive` was called once with it, on this thread.
   * UNAVAILABLE: nothing was sent (no connection). ABORTED: sent, but no whole answer came, so the
   * far side may have acted. PERMISSION_DENIED: not a granted host, nothing was sent.
   * RESOURCE_EXHAUSTED: the answer is over the size limit; the far side may have acted.
   * DEADLINE_EXCEEDED or CANCELLED: as ABORTED. INVALID_ARGUMENT: the request is malformed, nothing
   * was sent. Redirects are answers (3xx), never followed. `error` (may be NULL) receives one
   * sentence about a failure. */
  kgw_code (*send)(void* ctx, const kgw_call* call, const kgw_http_request* request,
                   void (*receive)(void* user, const kgw_http_response* response), void* user,
                   void (*error)(void* user, kgw_slice text));
} kgw_http;

/* Small durable values of one configured plug-in (a destination) and tenant. Keys up to 256 bytes,
 * values up to 64 KiB. */
#define KGW_STATE "kgw.state/1"
typedef struct kgw_state {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;
  /* NOT_FOUND when there is none; else `receive` is called once. */
  kgw_code (*get)(void* ctx, const kgw_call* call, kgw_slice key,
                  void (*receive)(void* user, kgw_slice value), void* user);
  /* Durable on return. A NULL value with size 0 removes the key. */
  kgw_code (*put)(void* ctx, const kgw_call* call, kgw_slice key, kgw_slice value);
} kgw_state;

#ifdef __cplusplus
}
#endif

#endif /* KGW_KGW_H_ */
