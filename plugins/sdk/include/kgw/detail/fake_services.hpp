// fake_services.hpp - part of testing.hpp, include that: the services a host may grant.
#ifndef KGW_DETAIL_FAKE_SERVICES_HPP_
#define KGW_DETAIL_FAKE_SERVICES_HPP_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kgw/detail/fake_call.hpp"
#include "kgw/detail/fake_rules.hpp"
#include "kgw/kgw.h"
#include "kgw/kgw.hpp"

namespace kgw::testing {

// kgw.http/1 from a script: replies in the order they were added, or a handler. A request that the
// host would not send is answered as the host does, and is a violation of the call.
class FakeHttp {
 public:
  using Request = sdk::HttpRequest;
  struct Response {
    kgw_code code = KGW_OK;  // anything else: no answer came, and `error` says why
    int32_t status = 200;
    std::vector<sdk::Header> headers = {};
    std::string body = {};
    std::string error = {};
  };

  FakeHttp() {
    raw_.struct_size = sizeof(raw_);
    raw_.ctx = this;
    raw_.send = &OnSend;
  }
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;

  void Reply(Response response) { script_.push_back(std::move(response)); }
  // Answers whatever the script does not.
  void Handle(std::function<Response(const Request&)> handler) { handler_ = std::move(handler); }

  const std::vector<Request>& requests() const { return requests_; }
  size_t replies_left() const { return script_.size(); }
  const kgw_http* raw() const { return &raw_; }

 private:
  static kgw_code OnSend(void* ctx, const kgw_call* raw_call, const kgw_http_request* request,
                         void (*receive)(void*, const kgw_http_response*), void* user,
                         void (*error)(void*, kgw_slice)) {
    FakeHttp& self = *static_cast<FakeHttp*>(ctx);
    FakeCall* call = FakeCall::Served(raw_call, KGW_HTTP);
    if (call == nullptr || request == nullptr || receive == nullptr) return KGW_INVALID_ARGUMENT;
    if (const std::string fault = internal::RequestFault(*request); !fault.empty()) {
      call->AddViolation(KGW_HTTP ": " + fault);
      if (error != nullptr) error(user, sdk::slice(fault));
      return KGW_INVALID_ARGUMENT;
    }
    Request copy{std::string(sdk::view(request->method)),
                 std::string(sdk::view(request->url)),
                 {},
                 std::string(sdk::view(request->body)),
                 request->timeout_ms};
    for (uint32_t i = 0; i < request->header_count; ++i) {
      copy.headers.push_back({std::string(sdk::view(request->headers[i].name)),
                              std::string(sdk::view(request->headers[i].value))});
    }
    self.requests_.push_back(copy);
    Response response{KGW_UNAVAILABLE, 0, {}, {}, "The script has no more replies."};
    if (!self.script_.empty()) {
      response = std::move(self.script_.front());
      self.script_.pop_front();
    } else if (self.handler_) {
      response = self.handler_(copy);
    }
    if (response.code != KGW_OK) {
      if (error != nullptr) error(user, sdk::slice(response.error));
      return response.code;
    }
    std::vector<kgw_header> headers;
    for (const sdk::Header& h : response.headers) {
      headers.push_back({sdk::slice(h.name), sdk::slice(h.value)});
    }
    kgw_http_response raw{};
    raw.struct_size = sizeof(raw);
    raw.status = response.status;
    raw.header_count = static_cast<uint32_t>(headers.size());
    raw.headers = headers.data();
    raw.body = sdk::slice(response.body);
    receive(user, &raw);
    return KGW_OK;
  }

  kgw_http raw_{};
  std::deque<Response> script_;
  std::function<Response(const Request&)> handler_;
  std::vector<Request> requests_;
};

// kgw.state/1 in a map for each tenant. What the host would not keep is a violation of the call.
class FakeState {
 public:
  FakeState() {
    raw_.struct_size = sizeof(raw_);
    raw_.ctx = this;
    raw_.get = &OnGet;
    raw_.put = &OnPut;
  }
  FakeState(const FakeState&) = delete;
  FakeState& operator=(const FakeState&) = delete;

  std::map<std::string, std::string>& values(const std::string& tenant = FakeCall::kTenant) {
    return values_[tenant];
  }
  // Every later put answers `code` and keeps nothing.
  void FailPuts(kgw_code code) { put_code_ = code; }
  const kgw_state* raw() const { return &raw_; }

 private:
  // The values of the call's tenant; nullptr, and a violation, where the host would refuse.
  std::map<std::string, std::string>* Values(const kgw_call* raw, const std::string& fault) {
    FakeCall* call = FakeCall::Served(raw, KGW_STATE);
    if (call == nullptr) return nullptr;
    if (fault.empty()) return &values_[std::string(sdk::view(raw->tenant))];
    call->AddViolation(KGW_STATE ": " + fault);
    return nullptr;
  }
  static kgw_code OnGet(void* ctx, const kgw_call* call, kgw_slice key,
                        void (*receive)(void*, kgw_slice), void* user) {
    auto* values = static_cast<FakeState*>(ctx)->Values(call, internal::StateKeyFault(key));
    if (values == nullptr || receive == nullptr) return KGW_INVALID_ARGUMENT;
    const auto found = values->find(std::string(sdk::view(key)));
    if (found == values->end()) return KGW_NOT_FOUND;
    receive(user, sdk::slice(found->second));
    return KGW_OK;
  }
  static kgw_code OnPut(void* ctx, const kgw_call* call, kgw_slice key, kgw_slice value) {
    FakeState& self = *static_cast<FakeState*>(ctx);
    std::string fault = internal::StateKeyFault(key);
    if (fault.empty()) fault = internal::StateValueFault(value);
    auto* values = self.Values(call, fault);
    if (values == nullptr) return KGW_INVALID_ARGUMENT;
    if (self.put_code_ != KGW_OK) return self.put_code_;
    if (value.data == nullptr) {
      values->erase(std::string(sdk::view(key)));
    } else {
      (*values)[std::string(sdk::view(key))] = std::string(sdk::view(value));
    }
    return KGW_OK;
  }

  kgw_state raw_{};
  kgw_code put_code_ = KGW_OK;
  std::map<std::string, std::map<std::string, std::string>> values_;  // by tenant
};

}  // namespace kgw::testing

#endif  // KGW_DETAIL_FAKE_SERVICES_HPP_
