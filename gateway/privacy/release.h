#ifndef GATEWAY_PRIVACY_RELEASE_H_
#define GATEWAY_PRIVACY_RELEASE_H_

#include <cstdint>
#include <string>

#include "gateway/base/record_key.h"
#include "gateway/privacy/route.h"

namespace kgw::privacy {

enum class ReleaseVerdict : uint8_t {
  kNotTaken,  // the route does not lead there for this record
  kWithheld,  // it does, and the record may not leave
  kAllowed,
};

struct Release {
  ReleaseVerdict verdict = ReleaseVerdict::kNotTaken;
  std::string why;  // for people; names the rule
};

// Whether a record goes to a destination, and whether it may: the one rule for what leaves, asked
// when a record comes and again before each attempt to deliver it, since a route may have changed
// in between. Default deny: only treatment is served until the payers' allow-list of elements
// exists, and test data never enters a production system. Any thread.
Release DecideRelease(const Route& route, const RecordName& name, bool test_data);

}  // namespace kgw::privacy

#endif  // GATEWAY_PRIVACY_RELEASE_H_
