#include "gateway/privacy/release.h"

#include "gateway/base/strings.h"

namespace kgw::privacy {

Release DecideRelease(const Recipient& recipient, bool test_data) {
  if (recipient.purpose != "TREAT") {
    return {false, StrCat("purpose ", recipient.purpose.empty() ? "unset" : recipient.purpose,
                          " has no allow-list of elements; only TREAT is served")};
  }
  if (test_data && recipient.production) {
    return {false, "test data does not enter a production system"};
  }
  return {true, "purpose TREAT"};
}

}  // namespace kgw::privacy
