#ifndef PLUGINS_FHIR_REST_URL_H_
#define PLUGINS_FHIR_REST_URL_H_

#include <string>
#include <string_view>

namespace kgw::fhir_rest {

// True for [A-Za-z0-9-.]{1,64}: what a FHIR id may be.
bool IsFhirId(std::string_view text);
// True for a type's name followed by an id.
bool IsLocalReference(std::string_view text);

// Where a resource lies, as a Location, Content-Location or entry.response.location tells it.
struct Place {
  std::string reference;  // "Observation/123"; empty when there is none to be found
  std::string version;    // of /_history/VERSION
};
// Takes absolute and relative forms; `type` is the type it must be of.
Place PlaceOf(std::string_view location, std::string_view type);

// The version in an ETag: W/"3", "3" and 3 alike.
std::string VersionOfETag(std::string_view etag);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_URL_H_
