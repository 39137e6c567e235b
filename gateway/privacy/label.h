#ifndef GATEWAY_PRIVACY_LABEL_H_
#define GATEWAY_PRIVACY_LABEL_H_

#include <string>
#include <string_view>

namespace kgw::privacy {

// The codings for meta.security of one record's resources, as the elements of a JSON array without
// its brackets: exactly one confidentiality (v3-Confidentiality: R for what is said and done in
// therapy, N for directories and demographics), and HTEST (v3-ActReason) for test data. Codes from
// the R4 package; kap-facts 7.1.
std::string SecurityCodings(std::string_view record_type, bool test_data);

}  // namespace kgw::privacy

#endif  // GATEWAY_PRIVACY_LABEL_H_
