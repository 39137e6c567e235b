// host.hpp - part of kgw.hpp, include that: the host and the services it may grant.
#ifndef KGW_DETAIL_HOST_HPP_
#define KGW_DETAIL_HOST_HPP_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/detail/call.hpp"
#include "kgw/kgw.h"

namespace kgw::sdk {

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

}  // namespace kgw::sdk

#endif  // KGW_DETAIL_HOST_HPP_
