// Not thread-safe: counts how many calls are within it at once, and would give a wrong number if
// the host let two in.
#include <chrono>
#include <string>
#include <thread>

#include "kgw/kgw.hpp"

namespace {

class SlowMapper {
 public:
  SlowMapper(kgw::sdk::Host host, std::string_view) : host_(host) {}

  kgw::sdk::Status map(kgw::sdk::Item item) {
    ++inside_;
    host_.log(KGW_WARNING, "maps");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::string seen = std::to_string(inside_);
    --inside_;
    return item.emit("text/plain", "inside", seen);
  }

 private:
  kgw::sdk::Host host_;
  int inside_ = 0;
};

}  // namespace

KGW_PLUGIN(SlowMapper, "org.example.slow-mapper", "0.1.0", "Apache-2.0", 0)
