#ifndef PLUGINS_FHIR_REST_REMOTE_H_
#define PLUGINS_FHIR_REST_REMOTE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "config.h"
#include "kgw/kgw.hpp"

namespace kgw::fhir_rest {

// The far side, as one call may talk to it. On the call's thread.
class Remote {
 public:
  Remote(const Config& config, const sdk::Http& http, const sdk::Call& call)
      : config_(config), http_(http), call_(call) {}

  // `path` is relative to the base ("Patient/1", "" for the base itself) and encoded already.
  // An answer, or a lost one. Throws Failure when nothing was sent or the call's time is over.
  Answer Send(std::string_view method, std::string_view path, std::vector<sdk::Header> headers = {},
              std::string body = {});
  // A GET whose answer is needed: a lost one is a Failure ("again later"). Not from any cache.
  Answer Get(std::string_view path);
  // A GET of an absolute URL that the far side gave; nullopt when it leads away from the base.
  std::optional<Answer> Follow(const std::string& url);

  // Lets time pass. Throws Failure as soon as the call's time is over.
  void Wait(int ms) const;

  const Config& config() const { return config_; }
  const sdk::Call& call() const { return call_; }

 private:
  void CheckTime() const;

  const Config& config_;
  const sdk::Http& http_;
  const sdk::Call& call_;
};

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_REMOTE_H_
