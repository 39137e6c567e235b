#ifndef KGW_KAP_MAPPER_NODE_H_
#define KGW_KAP_MAPPER_NODE_H_

#include "plugins/common/json_view.h"

namespace kgw::kap {

// A place in the record's JSON.
using Node = common::JsonView;

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_NODE_H_
