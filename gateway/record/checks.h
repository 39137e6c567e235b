#ifndef GATEWAY_RECORD_CHECKS_H_
#define GATEWAY_RECORD_CHECKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/record_key.h"
#include "gateway/record/findings.h"
#include "gateway/record/tree.h"

namespace kgw::record {

// Another record that this one names, as the tree has it.
struct Mention {
  std::string_view type;
  const Entry* entry;  // its text is the id
};

// Everything options.proto can say: required fields, forms, ranges, lengths, ids of parts, names of
// parts. Knows no message by name. Adds the other records that the content names to `mentions`.
void CheckFields(const Tree& tree, Findings& findings, std::vector<Mention>& mentions);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_CHECKS_H_
