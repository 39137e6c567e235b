// The neighbour that must go on working: a mapper as an author would write it. Its fixed words let
// tests choose what happens.
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "kgw/kgw.hpp"

namespace {

class GoodMapper {
 public:
  GoodMapper(kgw::sdk::Host host, std::string_view config) : host_(host), config_(config) {
    if (config == "throw") throw std::runtime_error("secret of a patient");
    if (config == "refuse") throw kgw::sdk::Error(KGW_INVALID_ARGUMENT, "The setting is unknown.");
  }

  kgw::sdk::Status map(kgw::sdk::Item item) {
    const std::string_view body = item.body();
    if (body == "throw") throw std::runtime_error("secret of a patient");
    if (body == "bad_alloc") throw std::bad_alloc();
    if (body == "error") throw kgw::sdk::Error(KGW_FAILED_PRECONDITION, "Nobody can map this.");
    if (body == "log") host_.log(KGW_WARNING, "one\nline");
    if (body == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (body == "wait") {
      host_.log(KGW_WARNING, "waits");
      while (!item.call().cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return KGW_CANCELLED;
    }
    if (body == "bad") {
      item.issue(KGW_ERROR, "value", "Session.dose", "The dose is negative.");
      return KGW_INVALID_ARGUMENT;
    }
    if (body == "warn") {
      for (int i = 0; i < 1500; ++i) item.issue(KGW_WARNING, "value", "Session", "A warning.");
      item.issue(KGW_ERROR, "value", "Session.dose", "The dose is negative.");
      item.issue(KGW_WARNING, "value", "Session", "A warning.");
    }
    if (body == "again") {
      item.retry_after(1500);
      return KGW_UNAVAILABLE;
    }
    item.issue(KGW_INFORMATION, "informational", "", "Mapped.");
    return item.emit("text/plain", item.call().tenant(),
                     std::string(item.media_type()) + "|" + std::string(body) + "|" + config_);
  }

 private:
  kgw::sdk::Host host_;
  std::string config_;
};

}  // namespace

KGW_PLUGIN(GoodMapper, "org.example.good-mapper", "1.2.3", "Apache-2.0", KGW_THREAD_SAFE)
