#include "gateway/ctl/submission_parts.h"

#include <charconv>
#include <string_view>

#include "gateway/base/strings.h"

namespace kgw::ctl {

bool IsFinal(const absl::Status& status) {
  return status.ok() || absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) ||
         absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status);
}

size_t LargestMessage(const absl::Status& too_large) {
  constexpr std::string_view kBefore = "vs. ";
  const std::string_view text = Std(too_large.message());
  const size_t at = text.find(kBefore);
  size_t largest = 0;
  if (at != std::string_view::npos) {
    std::from_chars(text.data() + at + kBefore.size(), text.data() + text.size(), largest);
  }
  return largest;
}

absl::Status TooLarge(size_t bytes, size_t largest) {
  const std::string most =
      largest == 0 ? "of this size" : StrCat("of more than ", largest, " bytes");
  return absl::InvalidArgumentError(StrCat("the record has ", bytes,
                                           " bytes, and the gateway takes no message ", most,
                                           " (limits.message_bytes): send less in one record"));
}

}  // namespace kgw::ctl
