#ifndef GATEWAY_STORE_SQLITE_PLACING_H_
#define GATEWAY_STORE_SQLITE_PLACING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gateway/store/sqlite/batch.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace kgw::store {

// A version with its bodies packed and compressed, which is done on the caller's thread.
struct PreparedVersion {
  NewVersion version;  // its bytes, resources and JSON are moved into the bodies below
  uint32_t resources = 0;
  int64_t prefix = 0;  // that the resources' ids share; 0 when there is none
  std::string receipt;
  std::string body;   // the bytes received
  std::string made;   // the resources
  std::string notes;  // issues and signals
  std::string issues_json;
  std::string signals_json;

  size_t Bytes() const { return body.size() + made.size() + notes.size() + 1024; }
};

PreparedVersion Prepare(NewVersion version);

// Decides what the record is and writes all its rows. Writer's thread.
absl::Status ApplyVersion(Batch& batch, const PreparedVersion& prepared, Placement* result);

// The stored version with this key, judged against a content; nullopt when the key is free.
absl::StatusOr<std::optional<Placement>> FindStored(Database& database, int64_t name,
                                                    const RecordKey& key,
                                                    const Sha256& content_hash);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_PLACING_H_
