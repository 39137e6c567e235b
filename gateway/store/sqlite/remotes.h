#ifndef GATEWAY_STORE_SQLITE_REMOTES_H_
#define GATEWAY_STORE_SQLITE_REMOTES_H_

#include "absl/status/status.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/delivery_rows.h"

namespace kgw::store {

// Adds what a delivery's entries say to what is known to lie at the destination. `placed`: its
// record may be referred to there from now on. On the writer's thread.
absl::Status Place(Batch& batch, const StoredDelivery& stored, bool placed);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_REMOTES_H_
