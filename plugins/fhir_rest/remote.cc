#include "remote.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "failure.h"
#include "outcome.h"

namespace kgw::fhir_rest {
namespace {

constexpr char kFhirJson[] = "application/fhir+json";
// Less than this is not enough for a request and its journal.
constexpr int64_t kLeastMs = 100;

}  // namespace

void Remote::CheckTime() const {
  if (call_.cancelled()) throw Failure(KGW_ABORTED, "timeout", "The call was cancelled.");
  if (call_.remaining_ms() < kLeastMs) {
    throw Failure(KGW_ABORTED, "timeout",
                  "The time for one attempt is over; what was done is kept, the rest follows.");
  }
}

void Remote::Wait(int ms) const {
  constexpr int kSlice = 50;
  for (int left = ms; left > 0; left -= kSlice) {
    CheckTime();
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left, kSlice)));
  }
}

Answer Remote::Send(std::string_view method, std::string_view path,
                    std::vector<sdk::Header> headers, std::string body) {
  CheckTime();
  sdk::HttpRequest request;
  request.method = method;
  request.url = config_.url;
  if (!path.empty()) request.url += "/" + std::string(path);
  request.headers = std::move(headers);
  request.headers.push_back({"Accept", kFhirJson});
  if (!body.empty()) request.headers.push_back({"Content-Type", kFhirJson});
  request.body = std::move(body);
  sdk::HttpResponse response = http_.send(call_, request);
  if (response.code.ok() || response.maybe_acted()) return Answer(std::move(response));
  if (response.code == KGW_UNAVAILABLE) {
    throw Failure(KGW_UNAVAILABLE, "unavailable", "No connection: " + response.error);
  }
  if (response.code == KGW_PERMISSION_DENIED) {
    throw Failure(KGW_FAILED_PRECONDITION, "denied", "Not granted: " + response.error);
  }
  throw Failure(KGW_INTERNAL, "protocol", "The request could not be made: " + response.error);
}

Answer Remote::Get(std::string_view path) {
  Answer answer = Send("GET", path, {{"Cache-Control", "no-cache"}});
  if (answer.lost()) throw FailureOf(answer);
  return answer;
}

std::optional<Answer> Remote::Follow(const std::string& url) {
  const std::string base = config_.url + "/";
  if (url.starts_with(base)) return Get(std::string_view(url).substr(base.size()));
  // Some page through a query on the base itself: BASE?_getpages=...
  if (url.starts_with(config_.url + "?")) {
    Config bare = config_;
    const size_t query = config_.url.size();
    bare.url = config_.url + url.substr(query);
    Answer answer = Remote(bare, http_, call_).Send("GET", "", {{"Cache-Control", "no-cache"}});
    if (answer.lost()) throw FailureOf(answer);
    return answer;
  }
  return std::nullopt;
}

}  // namespace kgw::fhir_rest
