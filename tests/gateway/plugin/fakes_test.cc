// The kit's fakes refuse what the host refuses, in its words: a plug-in that passes its author's
// tests should not fail here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "gateway/plugin/active_call.h"
#include "gateway/plugin/http_request.h"
#include "kgw/kgw.hpp"
#include "kgw/testing.hpp"

namespace {

using kgw::sdk::Call;
using kgw::sdk::Host;
using kgw::sdk::HttpRequest;
using kgw::sdk::Item;
using kgw::sdk::Items;
using kgw::sdk::Status;
using kgw::testing::FakeCall;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kEntry[] = "application/vnd.kgw.entry+json";

// Breaks the rule that its input names.
class Rude {
 public:
  Rude(Host host, std::string_view config, Call call) : http_(host), state_(host), made_(call) {
    if (config == "emits") call.emit(0, "a/b", "n", "b");
  }

  Status map(Call call, Items items) {
    for (const Item item : items) {
      const std::string_view what = item.body();
      if (what == "returns") return 99;
      if (what == "leaves open") continue;
      if (what != "says nothing") Say(item, what);
      call.finish(item.index(), what == "code" ? 2 : KGW_OK);
      if (what == "closed") item.emit("a/b", "n", "b");
    }
    return {};
  }

  Status deliver(Item unit) {
    const std::string_view what = unit.body();
    if (what == "silent") return {};
    if (what == "other type") return unit.emit("a/b", "n", "{}");
    if (what == "ignores") unit.emit(kEntry, "n", "{}");
    if (what == "http") return http_.send(made_, {.url = "https://x/"}).code;
    if (what == "state") return state_.put(made_, "key", "value");
    if (what == "kept") {
      made_.issue(0, KGW_ERROR, "value", "", "");
      return KGW_INTERNAL;
    }
    return {};
  }
  Status probe(Call) { return {}; }

 private:
  static void Say(const Item& item, std::string_view what) {
    if (what == "severity") item.issue(7, "value", "", "");
    if (what == "type") item.emit("", "n", "b");
    if (what == "long type") item.emit(std::string(129, 'a'), "n", "b");
    if (what == "name") item.emit("a/b", std::string(1025, 'n'), "b");
    if (what == "text") item.emit("a/b", "\xc3\x28", "b");
    if (what == "null") {
      const Call& call = item.call();
      call.raw()->emit(call.raw()->ctx, 0, {"a/b", 3}, {"n", 1}, {nullptr, 9});
    }
    if (what == "code" || what == "closed" || what == "fails") item.emit("a/b", "n", "b");
    if (what == "unknown") item.call().emit(5, "a/b", "n", "b");
    if (what == "again") {
      item.emit("", "n", "b");
      item.emit("a/b", "n", "b");
    }
  }

  kgw::sdk::Http http_;
  kgw::sdk::State state_;
  Call made_;
};

const kgw_plugin* Entry(uint32_t) {
  using Glue = kgw::sdk::internal::Glue<Rude>;
  static constexpr const char* kServices[] = {KGW_HTTP, KGW_STATE, nullptr};
  static constexpr kgw_plugin kPlugin{sizeof(kgw_plugin),
                                      0,
                                      "org.example.rude",
                                      "0.1.0",
                                      "Apache-2.0",
                                      0,
                                      0,
                                      kServices,
                                      &Glue::Create,
                                      &Glue::Destroy,
                                      &Glue::Interface};
  return &kPlugin;
}

class FakesTest : public testing::Test {
 protected:
  FakesTest() {
    host_.Grant(http_);
    host_.Grant(state_);
    plugin_.emplace(&Entry, host_, "{}");
  }
  std::vector<std::string> Mapping(const std::string& what) {
    FakeCall call;
    if (what == "fails") call.FailEmitsFrom(0, KGW_UNAVAILABLE);
    plugin_->Map(call, "text/plain", what);
    return call.violations();
  }
  std::vector<std::string> Delivering(std::string_view what) {
    FakeCall call;
    call.FailEmitsFrom(0, KGW_UNAVAILABLE);
    plugin_->Deliver(call, what);
    return call.violations();
  }

  kgw::testing::FakeHost host_;
  kgw::testing::FakeHttp http_;
  kgw::testing::FakeState state_;
  std::optional<kgw::testing::FakePlugin> plugin_;
};

TEST_F(FakesTest, SeeWhatAMapperBreaks) {
  const std::map<std::string, std::string> rules = {
      {"says nothing", "it closed an item with OK without an output or an issue"},
      {"leaves open", "it closed an item with OK without an output or an issue"},
      {"fails", "it closed an item with OK although an emit had failed"},
      {"code", "it finished an item with code 2, which kgw.h does not have"},
      {"returns", "it returned code 99, which kgw.h does not have"},
      {"closed", "it called emit for an item it had finished"}};
  for (const auto& [what, rule] : rules) EXPECT_THAT(Mapping(what), ElementsAre(rule)) << what;
}

TEST_F(FakesTest, SeeWhatAnOutputBreaks) {
  const std::map<std::string, std::string> rules = {
      {"severity", "it reported an issue of severity 7"},
      {"type", "it emitted an empty media type"},
      {"long type", "it emitted a media type of 129 bytes where 128 are allowed"},
      {"name", "it emitted a name of 1025 bytes where 1024 are allowed"},
      {"text", "it emitted a name or media type that is not UTF-8"},
      {"null", "it emitted a body that is NULL"},
      {"unknown", "it called emit for item 5 of a call with 1"}};
  for (const auto& [what, rule] : rules) {
    const std::vector<std::string> broken = Mapping(what);
    ASSERT_EQ(broken.size(), 2u) << what;  // and it closes the item with OK
    EXPECT_EQ(broken[0], rule);
  }
  EXPECT_EQ(Mapping("again")[1], "it emitted again after an emit had failed");
}

TEST_F(FakesTest, SeeWhatAConnectorBreaks) {
  const std::map<std::string, std::string> rules = {
      {"silent", "it returned OK without emitting application/vnd.kgw.entry+json"},
      {"ignores", "it returned OK although an emit had failed"},
      {"http", "it used kgw.http/1 with a call that is not running"},
      {"state", "it used kgw.state/1 with a call that is not running"},
      {"kept", "it used a call after its end"},
      {"other type",
       "the media type of an emit was expected to be an intent, an entry or an error of a "
       "delivery"}};
  for (const auto& [what, rule] : rules) EXPECT_THAT(Delivering(what), ElementsAre(rule)) << what;
  FakeCall call;
  EXPECT_EQ(plugin_->Probe(call), KGW_OK);
  EXPECT_THAT(call.violations(),
              ElementsAre("it returned OK without emitting application/vnd.kgw.probe+json"));
}

TEST_F(FakesTest, SeeAnOutputWhileItIsMade) {
  const kgw::testing::FakePlugin plugin(&Entry, host_, "emits");
  EXPECT_THAT(plugin.create_call().violations(),
              ElementsAre("it emitted an output while it was created"));
}

TEST_F(FakesTest, GiveWhatThePluginDeclaresAndNoMore) {
  static const char* const kOnlyState[] = {KGW_STATE, nullptr};
  static kgw_plugin declared = *Entry(0);
  declared.services = kOnlyState;
  host_.Restrict(declared);
  EXPECT_EQ(host_.host().service(KGW_HTTP), nullptr);
  EXPECT_NE(host_.host().service(KGW_STATE), nullptr);
  declared.interface = [](const char* id) -> const void* {
    return std::string_view(id) == KGW_MAPPER ? Entry(0)->interface(id) : nullptr;
  };
  host_.Restrict(declared);
  EXPECT_EQ(host_.host().service(KGW_STATE), nullptr) << "a mapper has no services";
}

TEST_F(FakesTest, RefuseTheRequestsThatTheHostRefuses) {
  const kgw::sdk::Http http(host_.host());
  const std::string url = "https://ehr.example.org/fhir";
  const std::vector<HttpRequest> requests = {
      {.url = url, .headers = {{"Authorization", "Bearer x"}}},
      {.url = url, .headers = {{"hOST", "x"}}},
      {.url = url, .headers = {{"Proxy-Anything", "x"}}},
      {.url = url, .headers = {{"Accept-Encoding", "br"}}},
      {.url = url, .headers = {{"X-One", "a\r\nX-Two: b"}}},
      {.url = url, .headers = {{"X One", "a"}}},
      {.url = url, .headers = {{"", "a"}}},
      {.url = url, .headers = {{"X-Long", std::string(17'000, 'a')}}},
      {.url = url, .headers = std::vector<kgw::sdk::Header>(65, {"X-Many", "a"})},
      {.url = url, .body = "{}"},
      {.method = "DELETE", .url = url, .body = "{}"},
      {.method = "TRACE", .url = url},
      {.method = "get", .url = url},
      {.method = "", .url = url},
      {.url = ""},
      {.url = "/fhir"},
      {.url = "https://"},
      {.url = "https://me:secret@ehr.example.org/"},
      {.url = "https://ehr.example.org/a b"},
      {.url = "ftp://ehr.example.org/"},
      {.url = "https://x/" + std::string(8192, 'a')}};
  for (const HttpRequest& request : requests) {
    std::vector<kgw_header> headers;
    for (const auto& h : request.headers) {
      headers.push_back({kgw::sdk::slice(h.name), kgw::sdk::slice(h.value)});
    }
    const kgw_http_request raw{sizeof(raw),
                               static_cast<uint32_t>(headers.size()),
                               kgw::sdk::slice(request.method),
                               kgw::sdk::slice(request.url),
                               headers.data(),
                               kgw::sdk::slice(request.body),
                               0};
    const absl::Status host_says = kgw::plugin::CheckHttpRequest(raw).status();
    ASSERT_FALSE(host_says.ok()) << request.method << request.url;
    const std::string sentence(host_says.message());
    FakeCall call;
    const kgw::sdk::HttpResponse answer = http.send(call.call(), request);
    EXPECT_EQ(answer.code, KGW_INVALID_ARGUMENT);
    EXPECT_EQ(answer.error, sentence);
    EXPECT_THAT(call.violations(), ElementsAre("kgw.http/1: " + sentence));
  }
  EXPECT_TRUE(http_.requests().empty()) << "nothing is sent";
}

TEST_F(FakesTest, SendWhatTheHostSends) {
  const kgw::sdk::Http http(host_.host());
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"}) {
    FakeCall call;
    http_.Reply({.status = 204});
    EXPECT_EQ(http.send(call.call(), {.method = method,
                                      .url = "HTTP://[::1]:8080/x?y#z",
                                      .headers = {{"X-Tab", "a\tb"}, {"X-Empty", ""}}})
                  .status,
              204);
    EXPECT_THAT(call.violations(), IsEmpty());
  }
}

TEST_F(FakesTest, KeepStateByTenantAndWithinLimits) {
  const kgw::sdk::State state(host_.host());
  FakeCall north;
  north.set_tenant("north");
  EXPECT_EQ(state.put(north.call(), std::string(256, 'k'), std::string(65'536, 'v')), KGW_OK);
  EXPECT_EQ(state.put(north.call(), "key", "value"), KGW_OK);
  FakeCall south;
  south.set_tenant("south");
  EXPECT_EQ(state.get(south.call(), "key").code, KGW_NOT_FOUND);
  EXPECT_EQ(state.get(north.call(), "key").value, "value");
  EXPECT_THAT(north.violations(), IsEmpty());

  EXPECT_EQ(state.put(north.call(), std::string(257, 'k'), "v"), KGW_INVALID_ARGUMENT);
  EXPECT_EQ(state.put(north.call(), "k", std::string(65'537, 'v')), KGW_INVALID_ARGUMENT);
  EXPECT_EQ(state.get(north.call(), "").code, KGW_INVALID_ARGUMENT);
  EXPECT_EQ(state.get(north.call(), "\xff").code, KGW_INVALID_ARGUMENT);
  EXPECT_THAT(north.violations(),
              ElementsAre("kgw.state/1: A key is over 256 bytes.",
                          "kgw.state/1: A value is over 65536 bytes.",
                          "kgw.state/1: A key is empty.", "kgw.state/1: A key is not UTF-8."));
}

TEST(Fakes, HaveTheHostsLimits) {
  const kgw::plugin::CallLimits host;
  EXPECT_EQ(kgw::testing::kMediaTypeBytes, host.media_type_bytes);
  EXPECT_EQ(kgw::testing::kNameBytes, host.name_bytes);
  EXPECT_EQ(kgw::testing::kBodyBytes, host.body_bytes);
  EXPECT_EQ(kgw::testing::kOutputsOfItem, host.outputs_of_item);
  EXPECT_EQ(kgw::testing::kBytesOfCall, host.bytes_of_call);
}

}  // namespace
