#include "gateway/access/caller.h"

namespace kgw::access {

const char* NameOf(Grant grant) {
  switch (grant) {
    case Grant::kSubmit:
      return "submit";
    case Grant::kRead:
      return "read";
    case Grant::kBodies:
      return "bodies";
    case Grant::kOperate:
      return "operate";
  }
  return "unknown";
}

std::optional<Grant> GrantNamed(std::string_view name) {
  for (Grant grant : {Grant::kSubmit, Grant::kRead, Grant::kBodies, Grant::kOperate}) {
    if (name == NameOf(grant)) return grant;
  }
  return std::nullopt;
}

}  // namespace kgw::access
