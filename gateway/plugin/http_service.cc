#include "gateway/plugin/http_service.h"

#include <algorithm>
#include <utility>

#include "gateway/base/clock.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/active_call.h"

namespace kgw::plugin {
namespace {

HttpOutcome Refused(kgw_code code, std::string text) {
  HttpOutcome outcome;
  outcome.code = code;
  outcome.error = std::move(text);
  return outcome;
}

// Hands an answer to the plug-in. False when the plug-in threw.
bool Deliver(const HttpOutcome& outcome,
             void (*receive)(void* user, const kgw_http_response* response), void* user) {
  std::vector<kgw_header> headers;
  headers.reserve(outcome.headers.size());
  for (const auto& [name, value] : outcome.headers) {
    headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  kgw_http_response response{};
  response.struct_size = sizeof(response);
  response.status = outcome.status;
  response.header_count = static_cast<uint32_t>(headers.size());
  response.headers = headers.data();
  response.body = {outcome.body.data(), outcome.body.size()};
  try {
    receive(user, &response);
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

HttpService::HttpService(const ConnectorGrant& grant, std::set<std::string> origins,
                         std::shared_ptr<HttpEngine> engine)
    : grant_(grant), origins_(std::move(origins)), engine_(std::move(engine)) {
  table_.struct_size = sizeof(table_);
  table_.ctx = this;
  table_.send = &HttpService::Send;
}

absl::StatusOr<std::unique_ptr<HttpService>> HttpService::Create(
    const ConnectorGrant& grant, std::shared_ptr<HttpEngine> engine) {
  std::set<std::string> origins;
  for (const std::string& text : grant.origins) {
    const absl::StatusOr<HttpUrl> url = ParseHttpUrl(text);
    if (!url.ok()) return absl::InvalidArgumentError("url: expected http:// or https://HOST.");
    if (!grant.bearer_token.empty() && url->scheme == "http" && !IsLoopbackHost(url->host)) {
      return absl::InvalidArgumentError(
          "bearer_token: expected an https url to send it to, found an http url.");
    }
    origins.insert(url->origin);
  }
  const bool clean = std::all_of(grant.bearer_token.begin(), grant.bearer_token.end(),
                                 [](char c) { return c > 0x20 && c < 0x7f; });
  if (!clean) {
    return absl::InvalidArgumentError(
        "bearer_token: expected printable ASCII without spaces, found another character.");
  }
  if (grant.client_certificate.empty() != grant.client_key.empty()) {
    return absl::InvalidArgumentError(
        "client certificate: expected a certificate and its key, found one without the other.");
  }
  return std::unique_ptr<HttpService>(
      new HttpService(grant, std::move(origins), std::move(engine)));
}

HttpOutcome HttpService::Perform(const ActiveCall& call, const kgw_http_request& raw) const {
  const absl::StatusOr<HttpRequest> request = CheckHttpRequest(raw);
  if (!request.ok()) {
    return Refused(KGW_INVALID_ARGUMENT, std::string(Std(request.status().message())));
  }
  if (!origins_.contains(request->url.origin)) {
    return Refused(
        KGW_PERMISSION_DENIED,
        StrCat(request->url.origin, " is not among the hosts granted to ", grant_.instance, "."));
  }
  int64_t timeout_ms =
      request->timeout_ms > 0
          ? std::min(request->timeout_ms, absl::ToInt64Milliseconds(grant_.max_request_timeout))
          : absl::ToInt64Milliseconds(grant_.request_timeout);
  if (call.deadline_monotonic_ns() != 0) {
    const int64_t left = (call.deadline_monotonic_ns() - RealClock().MonotonicNanos()) / 1'000'000;
    timeout_ms = std::min(timeout_ms, left);
  }
  if (timeout_ms <= 0 || call.Cancelled()) {
    return Refused(KGW_UNAVAILABLE, "No time is left to send the request.");
  }
  HttpTask task;
  task.request = &*request;
  if (!grant_.bearer_token.empty()) task.authorization = "Bearer " + grant_.bearer_token;
  task.server_ca = grant_.server_ca;
  task.client_certificate = grant_.client_certificate;
  task.client_key = grant_.client_key;
  task.connect_timeout_ms = std::min(timeout_ms, absl::ToInt64Milliseconds(grant_.connect_timeout));
  task.timeout_ms = timeout_ms;
  task.response_bytes = grant_.response_bytes;
  task.cancel = call.cancel_flag();
  return engine_->Perform(task);
}

kgw_code HttpService::Send(void* ctx, const kgw_call* raw_call, const kgw_http_request* request,
                           void (*receive)(void* user, const kgw_http_response* response),
                           void* user, void (*error)(void* user, kgw_slice text)) noexcept {
  try {
    const auto& self = *static_cast<const HttpService*>(ctx);
    ActiveCall* call = ActiveCall::Find(raw_call);
    if (call == nullptr || request == nullptr || receive == nullptr) return KGW_INVALID_ARGUMENT;
    const HttpOutcome outcome = self.Perform(*call, *request);
    if (outcome.code == KGW_OK) {
      if (Deliver(outcome, receive, user)) return KGW_OK;
      call->Break("it threw an exception while it received an HTTP answer");
      return KGW_ABORTED;
    }
    if (error != nullptr) error(user, {outcome.error.data(), outcome.error.size()});
    return outcome.code;
  } catch (...) {
    // No memory, or an exception out of `error`: the request may have been made.
    return KGW_ABORTED;
  }
}

}  // namespace kgw::plugin
