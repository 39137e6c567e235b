// kgw.hpp - kgw.h for C++20: write a class, name it in KGW_PLUGIN, and the C table is made for you.
//
//   class HeartRate {
//    public:
//     HeartRate(kgw::sdk::Host host, std::string_view config_json);
//     kgw::sdk::Status map(kgw::sdk::Item item);   // one item; the wrapper closes it
//   };
//   KGW_PLUGIN(HeartRate, "org.example.heart-rate", "0.1.0", "Apache-2.0",
//              KGW_THREAD_SAFE | KGW_PURE)
//
// What the class may have, found by the compiler:
//   Class(Host, std::string_view config_json)  or  Class(Host, std::string_view config_json, Call)
//   Status map(Item)            kgw.mapper/1, one item at a time; the wrapper closes each with the
//                               Status it answers, and an exception fails that item alone
//   Status map(Call, Items)     kgw.mapper/1, a whole batch; the class calls Call::finish itself
//   Status deliver(Item)        kgw.connector/1, with
//   Status probe(Call)          and, if it can,
//   Status pull(Item)
//
// Views (bodies, media types, the tenant) are lent until the function returns: copy what you keep.
//
// Exceptions never leave the plug-in. kgw::sdk::Error carries a code and a text its author wrote
// for people; std::bad_alloc becomes RESOURCE_EXHAUSTED; anything else becomes INTERNAL, and its
// what() is dropped, because it may hold a value from the input.
//
// Header only, with no part in the binary interface: each plug-in compiles its own copy.
#ifndef KGW_KGW_HPP_
#define KGW_KGW_HPP_

#include <time.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kgw/kgw.h"

namespace kgw::sdk {

inline kgw_slice slice(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view view(kgw_slice bytes) {
  return bytes.size == 0 ? std::string_view()
                         : std::string_view(static_cast<const char*>(bytes.data), bytes.size);
}

// A code of kgw.h. The reasons for a failure go out through issue().
struct Status {
  kgw_code code = KGW_OK;

  Status() = default;
  Status(kgw_code value) : code(value) {}  // NOLINT: `return KGW_INVALID_ARGUMENT;` is the point
  bool ok() const { return code == KGW_OK; }
  // The three codes that mean "again later".
  bool again() const {
    return code == KGW_UNAVAILABLE || code == KGW_RESOURCE_EXHAUSTED || code == KGW_ABORTED;
  }
  friend bool operator==(Status, Status) = default;
};

// To leave a plug-in function from deep inside. `text` becomes an issue, so it must not hold a
// value from the input.
class Error : public std::exception {
 public:
  Error(kgw_code code, std::string text) : code_(code), text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }
  kgw_code code() const { return code_; }
  const std::string& text() const { return text_; }

 private:
  kgw_code code_;
  std::string text_;
};

// One call of the host. Cheap to copy; dead when the plug-in's function has returned.
class Call {
 public:
  explicit Call(const kgw_call* raw) : raw_(raw) {}

  std::string_view trace_id() const { return view(raw_->trace_id); }
  std::string_view tenant() const { return view(raw_->tenant); }

  // True when nobody waits for the answer any more. Worth asking before each costly step.
  bool cancelled() const { return raw_->cancelled(raw_->ctx) != 0; }
  // CLOCK_MONOTONIC in nanoseconds; 0 when there is none.
  int64_t deadline_ns() const { return raw_->deadline_monotonic_ns; }
  // Milliseconds until the deadline, never below 0; the largest number when there is none.
  int64_t remaining_ms() const {
    if (deadline_ns() == 0) return std::numeric_limits<int64_t>::max();
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t now_ns = int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    return std::max<int64_t>(0, (deadline_ns() - now_ns) / 1'000'000);
  }
  bool expired() const { return remaining_ms() == 0; }

  // `code` is FHIR's issue code ("value", "code-invalid", ...), `path` the FHIRPath of the element.
  // The path may be precise; the text never holds a value from the input.
  void issue(uint32_t item, int32_t severity, std::string_view code, std::string_view path,
             std::string_view text) const {
    raw_->issue(raw_->ctx, item, severity, slice(code), slice(path), slice(text));
  }
  // Any answer but OK means: stop, and return it.
  Status emit(uint32_t item, std::string_view media_type, std::string_view name,
              std::string_view body) const {
    return raw_->emit(raw_->ctx, item, slice(media_type), slice(name), slice(body));
  }
  void finish(uint32_t item, Status status) const { raw_->finish(raw_->ctx, item, status.code); }
  void retry_after(uint32_t item, int64_t milliseconds) const {
    raw_->retry_after(raw_->ctx, item, milliseconds);
  }

  const kgw_call* raw() const { return raw_; }

 private:
  const kgw_call* raw_;
};

// One input of a call, and the way to answer about it.
class Item {
 public:
  Item(Call call, uint32_t index, const kgw_item* raw) : call_(call), index_(index), raw_(raw) {}

  uint32_t index() const { return index_; }
  std::string_view media_type() const { return view(raw_->media_type); }
  std::string_view body() const { return view(raw_->body); }
  const Call& call() const { return call_; }

  void issue(int32_t severity, std::string_view code, std::string_view path,
             std::string_view text) const {
    call_.issue(index_, severity, code, path, text);
  }
  Status emit(std::string_view media_type, std::string_view name, std::string_view body) const {
    return call_.emit(index_, media_type, name, body);
  }
  void retry_after(int64_t milliseconds) const { call_.retry_after(index_, milliseconds); }

 private:
  Call call_;
  uint32_t index_;
  const kgw_item* raw_;
};

// The inputs of a batch, in order.
class Items {
 public:
  Items(Call call, const kgw_item* raw, uint32_t count) : call_(call), raw_(raw), count_(count) {}
  uint32_t size() const { return count_; }
  Item operator[](uint32_t index) const { return Item(call_, index, raw_ + index); }

  class Iterator {
   public:
    Iterator(const Items* items, uint32_t index) : items_(items), index_(index) {}
    Item operator*() const { return (*items_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Items* items_;
    uint32_t index_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, count_); }

 private:
  Call call_;
  const kgw_item* raw_;
  uint32_t count_;
};

// The host, as one instance sees it: for the operator's log and for services. Cheap to copy; lives
// as long as the instance. Any thread.
class Host {
 public:
  explicit Host(const kgw_host* raw) : raw_(raw) {}

  // Never put a value from an input into the message.
  void log(int32_t severity, std::string_view message) const {
    raw_->log(raw_->ctx, severity, slice(message));
  }
  // NULL unless the manifest asks for it and the operator granted it.
  const void* service(const char* id) const { return raw_->service(raw_->ctx, id); }
  const kgw_host* raw() const { return raw_; }

 private:
  const kgw_host* raw_;
};

// --- services --------------------------------------------------------------------------------

struct Header {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::vector<Header> headers = {};
  std::string body = {};
  int64_t timeout_ms = 0;  // 0: the host's default; the call's deadline holds as well
};

struct HttpResponse {
  Status code;         // OK when an answer came, of whatever status; see kgw_http in kgw.h
  int32_t status = 0;  // HTTP's
  std::vector<Header> headers;
  std::string body;
  std::string error;  // one sentence when code is not OK

  // The far side may have acted although no answer is at hand: look before sending again.
  bool maybe_acted() const {
    return code == KGW_ABORTED || code == KGW_DEADLINE_EXCEEDED || code == KGW_CANCELLED ||
           code == KGW_RESOURCE_EXHAUSTED;
  }
  // The first header of that name, in any case; empty when there is none.
  std::string_view header(std::string_view name) const {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    for (const Header& h : headers) {
      if (std::ranges::equal(h.name, name, {}, lower, lower)) return h.value;
    }
    return {};
  }
};

// kgw.http/1. False when the operator did not grant it.
class Http {
 public:
  Http() = default;
  explicit Http(Host host) : raw_(static_cast<const kgw_http*>(host.service(KGW_HTTP))) {}
  explicit operator bool() const { return raw_ != nullptr; }

  HttpResponse send(const Call& call, const HttpRequest& request) const {
    HttpResponse response;
    if (raw_ == nullptr) {
      response.code = KGW_PERMISSION_DENIED;
      response.error = "The operator did not grant kgw.http/1.";
      return response;
    }
    std::vector<kgw_header> headers;
    headers.reserve(request.headers.size());
    for (const Header& h : request.headers) headers.push_back({slice(h.name), slice(h.value)});
    kgw_http_request raw{};
    raw.struct_size = sizeof(raw);
    raw.header_count = static_cast<uint32_t>(headers.size());
    raw.method = slice(request.method);
    raw.url = slice(request.url);
    raw.headers = headers.data();
    raw.body = slice(request.body);
    raw.timeout_ms = request.timeout_ms;
    Sink sink{&response, false};
    response.code = raw_->send(raw_->ctx, call.raw(), &raw, &Receive, &sink, &Failed);
    // The answer came and found no memory here; whoever asks must treat it as lost.
    if (sink.out_of_memory) response.code = KGW_ABORTED;
    return response;
  }

 private:
  struct Sink {
    HttpResponse* response;
    bool out_of_memory;
  };

  static void Receive(void* user, const kgw_http_response* raw) noexcept {
    Sink& sink = *static_cast<Sink*>(user);
    try {
      sink.response->status = raw->status;
      for (uint32_t i = 0; i < raw->header_count; ++i) {
        sink.response->headers.push_back(
            {std::string(view(raw->headers[i].name)), std::string(view(raw->headers[i].value))});
      }
      sink.response->body.assign(view(raw->body));
    } catch (...) {
      sink.out_of_memory = true;
    }
  }
  static void Failed(void* user, kgw_slice text) noexcept {
    try {
      static_cast<Sink*>(user)->response->error.assign(view(text));
    } catch (...) {  // NOLINT: the code says enough without its sentence
    }
  }

  const kgw_http* raw_ = nullptr;
};

struct StateValue {
  Status code;  // NOT_FOUND when there is none
  std::string value;
};

// kgw.state/1. False when the operator did not grant it.
class State {
 public:
  State() = default;
  explicit State(Host host) : raw_(static_cast<const kgw_state*>(host.service(KGW_STATE))) {}
  explicit operator bool() const { return raw_ != nullptr; }

  StateValue get(const Call& call, std::string_view key) const {
    StateValue result;
    if (raw_ == nullptr) return {KGW_PERMISSION_DENIED, {}};
    Sink sink{&result.value, false};
    result.code = raw_->get(raw_->ctx, call.raw(), slice(key), &Receive, &sink);
    if (sink.out_of_memory) result.code = KGW_RESOURCE_EXHAUSTED;
    return result;
  }
  // Durable when it answers OK.
  Status put(const Call& call, std::string_view key, std::string_view value) const {
    if (raw_ == nullptr) return KGW_PERMISSION_DENIED;
    // An empty value is a value: only a NULL pointer removes.
    if (value.data() == nullptr) value = "";
    return raw_->put(raw_->ctx, call.raw(), slice(key), slice(value));
  }
  Status remove(const Call& call, std::string_view key) const {
    if (raw_ == nullptr) return KGW_PERMISSION_DENIED;
    return raw_->put(raw_->ctx, call.raw(), slice(key), {nullptr, 0});
  }

 private:
  struct Sink {
    std::string* value;
    bool out_of_memory;
  };
  static void Receive(void* user, kgw_slice value) noexcept {
    Sink& sink = *static_cast<Sink*>(user);
    try {
      sink.value->assign(view(value));
    } catch (...) {
      sink.out_of_memory = true;
    }
  }

  const kgw_state* raw_ = nullptr;
};

// --- from a class to the C tables --------------------------------------------------------------

template <typename P>
concept MapsOne = requires(P& p, Item item) {
  { p.map(item) } -> std::convertible_to<Status>;
};
template <typename P>
concept MapsBatch = requires(P& p, Call call, Items items) {
  { p.map(call, items) } -> std::convertible_to<Status>;
};
template <typename P>
concept Delivers = requires(P& p, Item unit) {
  { p.deliver(unit) } -> std::convertible_to<Status>;
};
template <typename P>
concept Pulls = requires(P& p, Item cursor) {
  { p.pull(cursor) } -> std::convertible_to<Status>;
};
template <typename P>
concept Probes = requires(P& p, Call call) {
  { p.probe(call) } -> std::convertible_to<Status>;
};

namespace internal {

// The one wall between C++ and the C boundary: whatever `body` throws ends here as a code.
template <typename Body>
kgw_code Barrier(const kgw_call* call, uint32_t item, Body&& body) noexcept {
  const auto tell = [&](std::string_view text) {
    call->issue(call->ctx, item, KGW_ERROR, slice("exception"), {nullptr, 0}, slice(text));
  };
  try {
    return Status(body()).code;
  } catch (const Error& error) {
    tell(error.text());
    return error.code() == KGW_OK ? KGW_INTERNAL : error.code();
  } catch (const std::bad_alloc&) {
    tell("The plug-in ran out of memory.");
    return KGW_RESOURCE_EXHAUSTED;
  } catch (...) {
    tell("The plug-in failed inside: an exception that its author did not expect.");
    return KGW_INTERNAL;
  }
}

template <typename P>
struct Glue {
  static kgw_code Create(const kgw_host* host, kgw_slice config, const kgw_call* call,
                         void** self) noexcept {
    return Barrier(call, 0, [&] {
      if constexpr (std::constructible_from<P, Host, std::string_view, Call>) {
        *self = new P(Host(host), view(config), Call(call));
      } else {
        *self = new P(Host(host), view(config));
      }
      return KGW_OK;
    });
  }
  static void Destroy(void* self) noexcept { delete static_cast<P*>(self); }

  static kgw_code Map(void* self, const kgw_call* call, const kgw_item* items,
                      uint32_t count) noexcept {
    P& plugin = *static_cast<P*>(self);
    if constexpr (MapsBatch<P>) {
      return Barrier(call, 0,
                     [&] { return plugin.map(Call(call), Items(Call(call), items, count)); });
    } else if constexpr (MapsOne<P>) {
      for (uint32_t i = 0; i < count; ++i) {
        const kgw_code code =
            Barrier(call, i, [&] { return plugin.map(Item(Call(call), i, items + i)); });
        call->finish(call->ctx, i, code);
      }
      return KGW_OK;
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Deliver(void* self, const kgw_call* call, const kgw_item* unit) noexcept {
    if constexpr (Delivers<P>) {
      return Barrier(call, 0,
                     [&] { return static_cast<P*>(self)->deliver(Item(Call(call), 0, unit)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Pull(void* self, const kgw_call* call, const kgw_item* cursor) noexcept {
    if constexpr (Pulls<P>) {
      return Barrier(call, 0,
                     [&] { return static_cast<P*>(self)->pull(Item(Call(call), 0, cursor)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Probe(void* self, const kgw_call* call) noexcept {
    if constexpr (Probes<P>) {
      return Barrier(call, 0, [&] { return static_cast<P*>(self)->probe(Call(call)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }

  static constexpr kgw_mapper kMapper{sizeof(kgw_mapper), 0, &Map};
  static constexpr kgw_connector kConnector{sizeof(kgw_connector), 0, &Deliver,
                                            Pulls<P> ? &Pull : nullptr, &Probe};

  static const void* Interface(const char* id) noexcept {
    static_assert(MapsOne<P> || MapsBatch<P> || Delivers<P>,
                  "a plug-in class needs map(Item), map(Call, Items) or deliver(Item)");
    static_assert(Delivers<P> == Probes<P>, "a connector has both deliver(Item) and probe(Call)");
    static_assert(Delivers<P> || !Pulls<P>, "pull(Item) needs deliver(Item) beside it");
    if ((MapsOne<P> || MapsBatch<P>)&&std::string_view(id) == KGW_MAPPER) return &kMapper;
    if (Delivers<P> && std::string_view(id) == KGW_CONNECTOR) return &kConnector;
    return nullptr;
  }
};

}  // namespace internal
}  // namespace kgw::sdk

// kgw_add_plugin defines KGW_MANIFEST_ID and KGW_MANIFEST_VERSION from the manifest, so that the
// two cannot part.
#if defined(KGW_MANIFEST_ID) && defined(KGW_MANIFEST_VERSION)
#define KGW_SDK_CHECK_MANIFEST(id_, version_)                        \
  static_assert(std::string_view(id_) == KGW_MANIFEST_ID,            \
                "the id in KGW_PLUGIN differs from the manifest's"); \
  static_assert(std::string_view(version_) == KGW_MANIFEST_VERSION,  \
                "the version in KGW_PLUGIN differs from the manifest's");
#else
#define KGW_SDK_CHECK_MANIFEST(id_, version_)
#endif

// Once in a plug-in, outside any namespace: KGW_PLUGIN(Class, id, version, license, flags,
// service ids...).
#define KGW_PLUGIN(Class_, id_, version_, license_, flags_, ...)                     \
  KGW_SDK_CHECK_MANIFEST(id_, version_)                                              \
  extern "C" KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t);                    \
  extern "C" KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t) {                   \
    static constexpr const char* kServices[] = {__VA_ARGS__ __VA_OPT__(, ) nullptr}; \
    using Glue = kgw::sdk::internal::Glue<Class_>;                                   \
    static constexpr kgw_plugin kPlugin{sizeof(kgw_plugin),                          \
                                        KGW_ABI_MINOR,                               \
                                        id_,                                         \
                                        version_,                                    \
                                        license_,                                    \
                                        flags_,                                      \
                                        0,                                           \
                                        kServices,                                   \
                                        &Glue::Create,                               \
                                        &Glue::Destroy,                              \
                                        &Glue::Interface};                           \
    return &kPlugin;                                                                 \
  }

#endif  // KGW_KGW_HPP_
