// A connector for tests: the unit is a method and a URL, or names of values to keep and to find.
#include <string>

#include "kgw/kgw.hpp"

namespace {

class GoodConnector {
 public:
  GoodConnector(kgw::sdk::Host host, std::string_view) : http_(host), state_(host) {}

  kgw::sdk::Status deliver(kgw::sdk::Item unit) {
    const std::string body(unit.body());
    const size_t space = body.find(' ');
    const std::string verb = body.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : body.substr(space + 1);
    if (verb == "keep") return Answer(unit, state_.put(unit.call(), "key", rest), rest);
    if (verb == "forget") return Answer(unit, state_.remove(unit.call(), "key"), "");
    if (verb == "find") {
      const kgw::sdk::StateValue found = state_.get(unit.call(), "key");
      return Answer(unit, found.code, found.value);
    }
    if (verb == "again") {
      unit.retry_after(2500);
      return KGW_UNAVAILABLE;
    }
    if (verb == "dead") {
      unit.issue(KGW_ERROR, "processing", "", "The far side refused.");
      return KGW_INVALID_ARGUMENT;
    }
    const kgw::sdk::HttpResponse response =
        http_.send(unit.call(), {verb, rest, {}, verb == "POST" ? "{}" : "", 0});
    if (!response.code.ok()) return Answer(unit, response.code, response.error);
    return Answer(unit, KGW_OK, std::to_string(response.status) + " " + response.body);
  }

  kgw::sdk::Status probe(kgw::sdk::Call call) {
    return call.emit(0, "application/vnd.kgw.probe+json", "",
                     http_ ? R"({"software":"with http"})" : R"({"software":"without http"})");
  }

 private:
  static kgw::sdk::Status Answer(kgw::sdk::Item unit, kgw::sdk::Status code,
                                 const std::string& text) {
    if (!code.ok()) {
      unit.issue(KGW_ERROR, "transient", "", text);
      return code;
    }
    return unit.emit("application/vnd.kgw.entry+json", "entry", text);
  }

  kgw::sdk::Http http_;
  kgw::sdk::State state_;
};

}  // namespace

KGW_PLUGIN(GoodConnector, "org.example.good-connector", "0.1.0", "Apache-2.0", KGW_THREAD_SAFE,
           KGW_HTTP, KGW_STATE)
