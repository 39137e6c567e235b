#ifndef TESTS_GATEWAY_PLUGIN_HTTP_FIXTURE_H_
#define TESTS_GATEWAY_PLUGIN_HTTP_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "gateway/base/clock.h"
#include "gateway/plugin/active_call.h"
#include "gateway/plugin/http_service.h"
#include "kgw/kgw.hpp"

namespace kgw::plugin {

// kgw.http/1 as a plug-in sees it, without a plug-in.
class HttpFixture : public testing::Test {
 protected:
  class NoOutputs : public ActiveCall {
   public:
    using ActiveCall::ActiveCall;

   private:
    kgw_code Accept(uint32_t, Emitted) override { return KGW_INTERNAL; }
  };

  ConnectorGrant GrantFor(const std::string& url) {
    ConnectorGrant grant;
    grant.instance = "ehr";
    grant.origins = {url};
    return grant;
  }

  void Grant(const ConnectorGrant& grant) {
    absl::StatusOr<std::unique_ptr<HttpService>> service = HttpService::Create(grant, engine_);
    ASSERT_TRUE(service.ok()) << service.status();
    service_ = *std::move(service);
  }

  // Sends within a call of its own; `deadline` counts from now.
  sdk::HttpResponse Send(const sdk::HttpRequest& request,
                         absl::Duration deadline = absl::Seconds(20)) {
    const int64_t at = RealClock().MonotonicNanos() + absl::ToInt64Nanoseconds(deadline);
    NoOutputs call(library_, limits_, 1, "tenant", at, &cancel_);
    return SendIn(call, request);
  }
  sdk::HttpResponse SendIn(const ActiveCall& call, const sdk::HttpRequest& request) {
    table_ = service_->table();
    kgw_host host{};
    host.struct_size = sizeof(host);
    host.ctx = this;
    host.service = [](void* ctx, const char*) -> const void* {
      return static_cast<HttpFixture*>(ctx)->table_;
    };
    return sdk::Http(sdk::Host(&host)).send(sdk::Call(call.raw()), request);
  }

  Library library_;
  CallLimits limits_;
  std::atomic<bool> cancel_{false};
  std::shared_ptr<HttpEngine> engine_ = std::make_shared<HttpEngine>();
  std::unique_ptr<HttpService> service_;
  const kgw_http* table_ = nullptr;
};

}  // namespace kgw::plugin

#endif  // TESTS_GATEWAY_PLUGIN_HTTP_FIXTURE_H_
