#ifndef GATEWAY_STORE_RULES_RECEIPT_H_
#define GATEWAY_STORE_RULES_RECEIPT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"

namespace kgw::store {

// The same for every submission of one content under one key.
std::string ReceiptOf(const RecordKey& key, const Sha256& content_hash);

// The 60 bits of a derived id that its record gave it; 0 when it is not such an id.
int64_t OwnerPrefixOf(std::string_view resource_id);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_RECEIPT_H_
