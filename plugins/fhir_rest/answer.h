#ifndef PLUGINS_FHIR_REST_ANSWER_H_
#define PLUGINS_FHIR_REST_ANSWER_H_

#include <optional>
#include <string>
#include <string_view>

#include "json.h"
#include "kgw/kgw.hpp"
#include "url.h"

namespace kgw::fhir_rest {

// What a request came to. Nothing in it is trusted: readers ask for what they need and cope with
// its absence.
class Answer {
 public:
  explicit Answer(sdk::HttpResponse response) : response_(std::move(response)) {}

  // The request may have been carried out, but its answer did not arrive whole. Nothing else of the
  // answer means anything then.
  bool lost() const { return response_.maybe_acted(); }
  bool too_large() const { return response_.code == KGW_RESOURCE_EXHAUSTED; }
  // It says that the request was not carried out. A time-out proves nothing: the far side may have
  // given up in the midst of it.
  bool did_nothing() const;
  int status() const { return response_.status; }
  bool ok() const { return !lost() && status() >= 200 && status() < 300; }

  std::string_view header(std::string_view name) const { return response_.header(name); }
  const std::string& body() const { return response_.body; }
  const std::string& error() const { return response_.error; }
  // The body as JSON; the constant null when it is none, whatever its content type claims.
  const Json& json() const;

  std::string request_id() const;
  // What 429 and 503 ask for; 0 when nothing.
  int64_t retry_after_ms() const;
  // Where a written resource lies: Location, Content-Location, else the body's own id.
  Place place(std::string_view type) const;
  // Its version: ETag, else /_history/ of the location, else the body's meta.versionId.
  std::string version(std::string_view type) const;

 private:
  sdk::HttpResponse response_;
  mutable std::optional<Json> json_;
};

// "120" or an HTTP date; 0 for anything else. `now_seconds` is the wall clock's.
int64_t RetryAfterMs(std::string_view header, int64_t now_seconds);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_ANSWER_H_
