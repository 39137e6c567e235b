#ifndef PLUGINS_FHIR_REST_JSON_H_
#define PLUGINS_FHIR_REST_JSON_H_

#include "plugins/common/json.h"

namespace kgw::fhir_rest {

using common::Json;
using common::JsonMember;
using common::ParseJson;
using common::WriteJson;

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_JSON_H_
