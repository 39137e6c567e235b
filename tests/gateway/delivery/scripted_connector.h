#ifndef TESTS_GATEWAY_DELIVERY_SCRIPTED_CONNECTOR_H_
#define TESTS_GATEWAY_DELIVERY_SCRIPTED_CONNECTOR_H_

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/plugin/connector.h"

namespace kgw::delivery {

// What a test wants of one attempt.
struct Attempted {
  std::string unit_json;
  std::vector<std::string> entries;
};

// A connector whose answers are a function of the test's choosing. Safe from any thread.
class ScriptedConnector : public plugin::Connector {
 public:
  using Script = std::function<plugin::CallResult(const Attempted&, plugin::EmitSink&)>;

  explicit ScriptedConnector(Script script) : script_(std::move(script)) {}

  plugin::CallResult Deliver(std::string_view, std::string_view unit_json, plugin::EmitSink& sink,
                             absl::Duration) override {
    Attempted attempted{std::string(unit_json), {}};
    const auto document = json::Document::Parse(unit_json);
    for (const json::Value& entry : document->root().Find("entries")) {
      attempted.entries.emplace_back(entry.TextOf("entry"));
    }
    Script script;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      attempts_.push_back(attempted);
      script = script_;
    }
    return script(attempted, sink);
  }
  plugin::CallResult Probe(plugin::EmitSink& sink, absl::Duration) override {
    plugin::CallResult result;
    result.status = sink.OnEmit({"application/vnd.kgw.probe+json", "", R"({"transaction":true})"});
    return result;
  }
  const std::string& identity() const override { return identity_; }

  std::vector<Attempted> attempts() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return attempts_;
  }
  void Become(Script script) {
    std::lock_guard<std::mutex> lock(mutex_);
    script_ = std::move(script);
  }

 private:
  mutable std::mutex mutex_;
  Script script_;
  std::vector<Attempted> attempts_;
  std::string identity_ = "scripted 1.0.0";
};

inline plugin::CallResult Result(absl::Status status,
                                 absl::Duration retry_after = absl::ZeroDuration()) {
  plugin::CallResult result;
  result.status = std::move(status);
  result.retry_after = retry_after;
  return result;
}

// Everything becomes delivered under its own id, in one emit.
inline plugin::CallResult DeliverAll(const Attempted& attempted, plugin::EmitSink& sink) {
  std::string body = R"({"entries":[)";
  for (const std::string& entry : attempted.entries) {
    if (body.back() != '[') body += ",";
    body += R"({"entry":")" + entry + R"(","state":"delivered","remote":")" + entry +
            R"(","version":"1"})";
  }
  return Result(sink.OnEmit({"application/vnd.kgw.entry+json", "", body + "]}"}));
}

// The far side's words, then the code.
inline ScriptedConnector::Script FailWith(absl::Status status, std::string error_class,
                                          absl::Duration retry_after = absl::ZeroDuration()) {
  return [=](const Attempted&, plugin::EmitSink& sink) {
    const absl::Status emitted = sink.OnEmit(
        {"application/vnd.kgw.error+json", "",
         R"({"class":")" + error_class + R"(","http_status":422,"request_id":"r-9","text":"no"})"});
    return Result(emitted.ok() ? status : emitted, retry_after);
  };
}

}  // namespace kgw::delivery

#endif  // TESTS_GATEWAY_DELIVERY_SCRIPTED_CONNECTOR_H_
