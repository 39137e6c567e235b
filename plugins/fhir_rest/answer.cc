#include "answer.h"

#include <time.h>

#include <algorithm>
#include <charconv>

namespace kgw::fhir_rest {
namespace {

constexpr int64_t kLongestWaitMs = int64_t{24} * 3600 * 1000;

}  // namespace

bool Answer::did_nothing() const {
  if (lost() || status() == 408 || status() == 499) return false;
  return status() == 501 || (status() >= 400 && status() < 500);
}

const Json& Answer::json() const {
  if (!json_.has_value()) json_ = ParseJson(response_.body).value_or(Json());
  return *json_;
}

std::string Answer::request_id() const {
  for (const char* name : {"X-Request-Id", "X-Correlation-Id", "X-Request-ID"}) {
    const std::string_view id = header(name);
    const bool plain = std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
    if (!id.empty() && plain) return std::string(id.substr(0, 128));
  }
  return "";
}

int64_t Answer::retry_after_ms() const {
  return RetryAfterMs(header("Retry-After"), static_cast<int64_t>(time(nullptr)));
}

Place Answer::place(std::string_view type) const {
  for (const char* name : {"Location", "Content-Location"}) {
    if (Place place = PlaceOf(header(name), type); !place.reference.empty()) return place;
  }
  Place place;
  if (json().TextOf("resourceType") == type && IsFhirId(json().TextOf("id"))) {
    place.reference = std::string(type) + "/" + json().TextOf("id");
  }
  return place;
}

std::string Answer::version(std::string_view type) const {
  if (std::string version = VersionOfETag(header("ETag")); !version.empty()) return version;
  if (std::string version = place(type).version; !version.empty()) return version;
  const std::string& version = json()["meta"].TextOf("versionId");
  return IsFhirId(version) ? version : "";
}

int64_t RetryAfterMs(std::string_view header, int64_t now_seconds) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (error != std::errc() || end != header.data() + header.size()) {
    tm parts{};
    const std::string text(header.substr(0, 64));
    const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (rest == nullptr || *rest != '\0') return 0;
    seconds = static_cast<int64_t>(timegm(&parts)) - now_seconds;
  }
  seconds = std::clamp<int64_t>(seconds, 0, kLongestWaitMs / 1000);
  return seconds * 1000;
}

}  // namespace kgw::fhir_rest
