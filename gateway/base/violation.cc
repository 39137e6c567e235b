#include "gateway/base/violation.h"

#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "gateway/base/strings.h"

namespace kgw {
namespace {

constexpr char kViolationsUrl[] = "kap-gateway.org/field-violations";
constexpr char kRetryUrl[] = "kap-gateway.org/retry-delay-nanoseconds";

void AppendText(absl::Cord& payload, const std::string& text) {
  const auto size = static_cast<uint32_t>(text.size());
  char length[sizeof(size)];
  std::memcpy(length, &size, sizeof(size));
  payload.Append(absl::string_view(length, sizeof(length)));
  payload.Append(text);
}

// The next text of a payload; none at its end.
std::optional<std::string> TakeText(std::string_view& payload) {
  uint32_t size = 0;
  if (payload.size() < sizeof(size)) return std::nullopt;
  std::memcpy(&size, payload.data(), sizeof(size));
  payload.remove_prefix(sizeof(size));
  if (payload.size() < size) return std::nullopt;
  std::string text(payload.substr(0, size));
  payload.remove_prefix(size);
  return text;
}

}  // namespace

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message = "the content is invalid";
  if (!violations.empty()) {
    message = StrCat(violations[0].field, ": ", violations[0].description);
  }
  if (violations.size() > 1) {
    StrAppend(&message, " (and ", violations.size() - 1, " more)");
  }
  absl::Status status = absl::InvalidArgumentError(message);
  absl::Cord payload;
  for (const FieldViolation& violation : violations) {
    AppendText(payload, violation.field);
    AppendText(payload, violation.description);
  }
  status.SetPayload(kViolationsUrl, payload);
  return status;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const absl::optional<absl::Cord> payload = status.GetPayload(kViolationsUrl);
  if (!payload.has_value()) return violations;
  const std::string bytes(*payload);
  std::string_view rest = bytes;
  while (true) {
    std::optional<std::string> field = TakeText(rest);
    std::optional<std::string> description = TakeText(rest);
    if (!field || !description) return violations;
    violations.push_back({*std::move(field), *std::move(description)});
  }
}

absl::Status RetryLater(absl::StatusCode code, const std::string& message, absl::Duration delay) {
  absl::Status status(code, message);
  status.SetPayload(kRetryUrl, absl::Cord(StrCat(absl::ToInt64Nanoseconds(delay))));
  return status;
}

absl::Duration RetryDelayOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kRetryUrl);
  int64_t nanoseconds = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &nanoseconds)) {
    return absl::ZeroDuration();
  }
  return absl::Nanoseconds(nanoseconds);
}

}  // namespace kgw
