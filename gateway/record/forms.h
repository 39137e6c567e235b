#ifndef GATEWAY_RECORD_FORMS_H_
#define GATEWAY_RECORD_FORMS_H_

#include <string_view>

#include "kap/v1/options.pb.h"

namespace kgw::record {

// Whether a text has the form; anything has FORM_UNSPECIFIED.
bool HasForm(std::string_view text, kap::v1::Form form);
// What a text of the form looks like, for people, e.g. "a day as YYYY-MM-DD".
std::string_view DescriptionOf(kap::v1::Form form);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_FORMS_H_
