// The C++ wrapper and the fakes, as an author's own unit tests use them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "kgw/kgw.hpp"
#include "kgw/testing.hpp"

namespace {

using kgw::sdk::Call;
using kgw::sdk::Host;
using kgw::sdk::Item;
using kgw::sdk::Items;
using kgw::sdk::Status;

// Both interfaces in one, with a batch of its own.
class Both {
 public:
  Both(Host host, std::string_view config, Call call) : http_(host), state_(host) {
    if (config == "bad") {
      call.issue(0, KGW_ERROR, "value", "settings", "No.");
      throw kgw::sdk::Error(KGW_INVALID_ARGUMENT, "The configuration is wrong.");
    }
    if (config == "unexpected") throw std::runtime_error("secret");
    host.log(KGW_INFORMATION, "made");
  }

  Status map(Call call, Items items) {
    for (const Item item : items) {
      if (call.cancelled()) return KGW_CANCELLED;
      if (item.body() == "stop") return KGW_UNAVAILABLE;
      const Status status = item.emit("text/plain", "name", item.body());
      call.finish(item.index(), status);
    }
    return {};
  }

  Status deliver(Item unit) {
    kgw::sdk::HttpRequest request;
    request.method = "PUT";
    request.url = "https://ehr.example.org/Patient/1";
    request.headers = {{"If-Match", "W/\"1\""}};
    request.body = std::string(unit.body());
    const kgw::sdk::HttpResponse response = http_.send(unit.call(), request);
    if (response.maybe_acted()) return KGW_ABORTED;
    if (!response.code.ok()) return response.code;
    if (!state_.put(unit.call(), "etag", response.header("etag")).ok()) return KGW_UNAVAILABLE;
    if (state_.get(unit.call(), "etag").value != response.header("ETAG")) return KGW_DATA_LOSS;
    return unit.emit("application/vnd.kgw.entry+json", "Patient/1", response.body);
  }
  Status probe(Call call) {
    return call.emit(0, "application/vnd.kgw.probe+json", "", state_.get(call, "etag").value);
  }
  Status pull(Item) { return KGW_UNIMPLEMENTED; }

 private:
  kgw::sdk::Http http_;
  kgw::sdk::State state_;
};

}  // namespace

KGW_PLUGIN(Both, "org.example.both", "0.1.0", "Apache-2.0", KGW_THREAD_SAFE, KGW_HTTP, KGW_STATE)

namespace {

class SdkTest : public testing::Test {
 protected:
  SdkTest() {
    host_.Grant(http_);
    host_.Grant(state_);
  }
  kgw::testing::FakeHost host_;
  kgw::testing::FakeHttp http_;
  kgw::testing::FakeState state_;
  kgw::testing::FakeCall call_;
};

TEST_F(SdkTest, DescribesThePlugin) {
  const kgw_plugin* plugin = kgw_entry_v1(KGW_ABI_MINOR);
  EXPECT_EQ(plugin, kgw_entry_v1(KGW_ABI_MINOR));
  EXPECT_EQ(plugin->struct_size, sizeof(kgw_plugin));
  EXPECT_STREQ(plugin->id, "org.example.both");
  EXPECT_STREQ(plugin->services[0], "kgw.http/1");
  EXPECT_STREQ(plugin->services[1], "kgw.state/1");
  EXPECT_EQ(plugin->services[2], nullptr);
  EXPECT_NE(plugin->interface(KGW_MAPPER), nullptr);
  EXPECT_NE(static_cast<const kgw_connector*>(plugin->interface(KGW_CONNECTOR))->pull, nullptr);
  EXPECT_EQ(plugin->interface("kgw.other/1"), nullptr);
}

TEST_F(SdkTest, MapsABatch) {
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(plugin.MapBatch(call_, "a/b", {"one", "two"}), KGW_OK);
  ASSERT_EQ(call_.emits().size(), 2u);
  EXPECT_EQ(call_.emits()[1].item, 1u);
  EXPECT_EQ(call_.emits()[1].body, "two");
  EXPECT_EQ(call_.finished().at(1), KGW_OK);
  EXPECT_TRUE(call_.violations().empty());
  EXPECT_EQ(host_.log().size(), 1u);
}

TEST_F(SdkTest, ItemsLeftOpenTakeTheCodeOfTheCall) {
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(plugin.MapBatch(call_, "a/b", {"one", "stop", "three"}), KGW_UNAVAILABLE);
  EXPECT_EQ(call_.finished().size(), 1u);
}

TEST_F(SdkTest, ReportsWhyItCouldNotBeMade) {
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "bad");
  EXPECT_EQ(plugin.create_code(), KGW_INVALID_ARGUMENT);
  ASSERT_EQ(plugin.create_call().issues().size(), 2u);
  EXPECT_EQ(plugin.create_call().issues()[1].text, "The configuration is wrong.");
  kgw::testing::FakePlugin other(&kgw_entry_v1, host_, "unexpected");
  EXPECT_EQ(other.create_code(), KGW_INTERNAL);
  EXPECT_EQ(other.create_call().issues()[0].text.find("secret"), std::string::npos);
}

TEST_F(SdkTest, DeliversThroughServices) {
  http_.Reply({.status = 200, .headers = {{"ETag", "W/\"2\""}}, .body = "done"});
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_OK);
  ASSERT_EQ(http_.requests().size(), 1u);
  EXPECT_EQ(http_.requests()[0].method, "PUT");
  EXPECT_EQ(http_.requests()[0].headers[0].value, "W/\"1\"");
  EXPECT_EQ(state_.values().at("etag"), "W/\"2\"");
  EXPECT_EQ(call_.Find("Patient/1")->body, "done");
}

TEST_F(SdkTest, SeesWhatMayHaveHappened) {
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  http_.Reply({.code = KGW_ABORTED, .error = "lost"});
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_ABORTED);
  http_.Reply({.code = KGW_UNAVAILABLE, .error = "no connection"});
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_UNAVAILABLE);
  http_.Reply({.status = 200});
  state_.FailPuts(KGW_RESOURCE_EXHAUSTED);
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_UNAVAILABLE);
}

TEST_F(SdkTest, AnEmitThatFailsReachesThePlugin) {
  http_.Handle(
      [](const kgw::testing::FakeHttp::Request&) { return kgw::testing::FakeHttp::Response{}; });
  call_.FailEmitsFrom(0, KGW_RESOURCE_EXHAUSTED);
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_RESOURCE_EXHAUSTED);
}

TEST_F(SdkTest, CreateAndProbeHaveNoTenant) {
  state_.values("")["etag"] = "probed";
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, host_, "{}");
  call_.set_tenant("north");
  EXPECT_EQ(plugin.Probe(call_), KGW_OK);
  EXPECT_EQ(call_.emits()[0].body, "probed");
  http_.Reply({.status = 200, .headers = {{"ETag", "7"}}});
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_OK);
  EXPECT_EQ(state_.values("north").at("etag"), "7");
  EXPECT_TRUE(state_.values().empty());
  EXPECT_TRUE(call_.violations().empty());
}

TEST_F(SdkTest, WithoutAGrantThereIsNoService) {
  kgw::testing::FakeHost bare;
  kgw::testing::FakePlugin plugin(&kgw_entry_v1, bare, "{}");
  EXPECT_EQ(plugin.Deliver(call_, "{}"), KGW_PERMISSION_DENIED);
  EXPECT_EQ(plugin.Probe(call_), KGW_OK);
}

TEST_F(SdkTest, CallsKnowTheirTime) {
  EXPECT_EQ(call_.call().remaining_ms(), std::numeric_limits<int64_t>::max());
  EXPECT_FALSE(call_.call().expired());
  call_.set_deadline_ns(1);
  EXPECT_TRUE(call_.call().expired());
  call_.set_cancelled(true);
  EXPECT_TRUE(call_.call().cancelled());
  call_.set_tenant("north");
  EXPECT_EQ(call_.call().tenant(), "north");
}

TEST(Status, KnowsWhatMeansAgainLater) {
  for (const kgw_code code : {KGW_UNAVAILABLE, KGW_RESOURCE_EXHAUSTED, KGW_ABORTED}) {
    EXPECT_TRUE(Status(code).again());
  }
  for (const kgw_code code : {KGW_OK, KGW_INTERNAL, KGW_DEADLINE_EXCEEDED, KGW_CANCELLED}) {
    EXPECT_FALSE(Status(code).again());
  }
}

}  // namespace
