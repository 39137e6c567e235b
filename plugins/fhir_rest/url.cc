#include "url.h"

#include <algorithm>
#include <vector>

namespace kgw::fhir_rest {
namespace {

bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

}  // namespace

bool IsFhirId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '-' || c == '.';
  });
}

bool IsLocalReference(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > 64) return false;
  const std::string_view type = text.substr(0, slash);
  return type.front() >= 'A' && type.front() <= 'Z' && std::ranges::all_of(type, IsLetter) &&
         IsFhirId(text.substr(slash + 1));
}

Place PlaceOf(std::string_view location, std::string_view type) {
  location = location.substr(0, location.find_first_of("?#"));
  const std::vector<std::string_view> segments = Segments(location);
  size_t end = segments.size();
  Place place;
  if (end >= 4 && segments[end - 2] == "_history" && IsFhirId(segments[end - 1])) {
    place.version = segments[end - 1];
    end -= 2;
  }
  if (end < 2 || segments[end - 2] != type || !IsFhirId(segments[end - 1])) return {};
  place.reference = std::string(type) + "/" + std::string(segments[end - 1]);
  return place;
}

std::string VersionOfETag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return IsFhirId(etag) ? std::string(etag) : "";
}

}  // namespace kgw::fhir_rest
