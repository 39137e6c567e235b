#include "gateway/privacy/release.h"

#include "gateway/base/strings.h"

namespace kgw::privacy {

Release DecideRelease(const Route& route, const RecordName& name, bool test_data) {
  if (!route.TakesTenant(name.tenant)) {
    return {ReleaseVerdict::kNotTaken, "the destination's route does not take this tenant"};
  }
  if (!route.TakesType(name.type)) {
    return {ReleaseVerdict::kNotTaken, "the destination's route does not take this type"};
  }
  if (route.purpose != "TREAT") {
    return {ReleaseVerdict::kWithheld,
            StrCat("purpose ", route.purpose.empty() ? "unset" : route.purpose,
                   " has no allow-list of elements; only TREAT is served")};
  }
  if (test_data && route.production) {
    return {ReleaseVerdict::kWithheld, "test data does not enter a production system"};
  }
  return {ReleaseVerdict::kAllowed, "purpose TREAT"};
}

}  // namespace kgw::privacy
