#include "provenance.h"

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "plugins/common/text.h"
#include "references.h"
#include "url.h"

namespace kgw::fhir_rest {
namespace {

// A FHIR instant as milliseconds since 1970; nullopt when it is none.
std::optional<int64_t> InstantMs(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (text.size() > 40 || std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month,
                                      &day, &hour, &minute, &second, &used) != 6) {
    return std::nullopt;
  }
  const char* rest = text.c_str() + used;
  int64_t milliseconds = 0;
  if (*rest == '.') {
    int64_t unit = 100;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      milliseconds += (*rest - '0') * unit;
    }
  }
  int64_t offset_minutes = 0;
  int offset_hour = 0, offset_minute = 0;
  if (*rest == '+' || *rest == '-') {
    if (std::sscanf(rest + 1, "%2d:%2d", &offset_hour, &offset_minute) != 2) return std::nullopt;
    offset_minutes = (offset_hour * 60 + offset_minute) * (*rest == '-' ? -1 : 1);
  } else if (*rest != 'Z') {
    return std::nullopt;
  }
  tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = second;
  const int64_t seconds = static_cast<int64_t>(timegm(&parts)) - offset_minutes * 60;
  return seconds * 1000 + milliseconds;
}

// What identifies the entities: identifiers; references differ between the two sides.
std::set<std::tuple<std::string, std::string, std::string>> EntitiesOf(const Json& provenance) {
  std::set<std::tuple<std::string, std::string, std::string>> entities;
  for (const Json& entity : provenance["entity"].items) {
    const Json& identifier = entity["what"]["identifier"];
    entities.emplace(entity.TextOf("role"), identifier.TextOf("system"),
                     identifier.TextOf("value"));
  }
  return entities;
}

std::optional<std::string> KnownTarget(const Work& work, const Entry& entry) {
  for (const Json& target : entry.resource["target"].items) {
    if (auto place = work.WhereIs(target.TextOf("reference")); place.has_value()) return place;
  }
  return std::nullopt;
}

}  // namespace

bool SameProvenance(const Json& a, const Json& b) {
  const std::optional<int64_t> when_a = InstantMs(a.TextOf("recorded"));
  const std::optional<int64_t> when_b = InstantMs(b.TextOf("recorded"));
  return when_a.has_value() && when_a == when_b && EntitiesOf(a) == EntitiesOf(b);
}

std::vector<Found> SearchProvenance(Work& work, const Entry& entry) {
  const std::optional<std::string> target = KnownTarget(work, entry);
  if (!target.has_value()) return {};
  return Search(
      work.remote, "Provenance", "target=" + common::PercentEncoded(*target),
      [&](const Json& resource) { return SameProvenance(resource, entry.resource); }, 2);
}

}  // namespace kgw::fhir_rest
