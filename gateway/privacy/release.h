#ifndef GATEWAY_PRIVACY_RELEASE_H_
#define GATEWAY_PRIVACY_RELEASE_H_

#include <string>
#include <string_view>

namespace kgw::privacy {

// What the gateway knows of a destination when it asks whether something may go there.
struct Recipient {
  std::string_view purpose;  // v3-ActReason, e.g. "TREAT"
  bool production = false;   // a system real care is given with
};

struct Release {
  bool allowed = false;
  std::string why;  // for people; names the rule
};

// Whether a record may leave for a recipient. Default deny: only treatment is served until the
// payers' allow-list of elements exists, and test data never enters a production system.
Release DecideRelease(const Recipient& recipient, bool test_data);

}  // namespace kgw::privacy

#endif  // GATEWAY_PRIVACY_RELEASE_H_
