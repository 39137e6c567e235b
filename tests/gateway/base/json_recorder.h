#ifndef TESTS_GATEWAY_BASE_JSON_RECORDER_H_
#define TESTS_GATEWAY_BASE_JSON_RECORDER_H_

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::json {

// Writes down what it is told, with offsets; stops after `stop_after` events.
class Recorder final : public EventHandler {
 public:
  explicit Recorder(size_t stop_after = 1000) : stop_after_(stop_after) {}
  bool Null(size_t at) override { return Add(StrCat("null@", at)); }
  bool Bool(bool value, size_t at) override { return Add(StrCat(value ? "true@" : "false@", at)); }
  bool Number(std::string_view text, size_t at) override { return Add(StrCat(text, "@", at)); }
  bool String(std::string_view text, size_t at) override {
    return Add(StrCat("'", text, "'@", at));
  }
  bool StartObject(size_t at) override { return Add(StrCat("{@", at)); }
  bool Key(std::string_view text, size_t at) override { return Add(StrCat(text, ":@", at)); }
  bool EndObject() override { return Add("}"); }
  bool StartArray(size_t at) override { return Add(StrCat("[@", at)); }
  bool EndArray() override { return Add("]"); }
  std::vector<std::string> events;

 private:
  bool Add(std::string event) {
    events.push_back(std::move(event));
    return events.size() < stop_after_;
  }
  size_t stop_after_;
};

}  // namespace kgw::json

#endif  // TESTS_GATEWAY_BASE_JSON_RECORDER_H_
