#ifndef GATEWAY_STORE_SQLITE_REFRESH_LOG_H_
#define GATEWAY_STORE_SQLITE_REFRESH_LOG_H_

#include <string>

#include "absl/status/status.h"

namespace kgw::store {

// Writes a write-ahead log's own bytes over themselves and syncs them; does nothing without one.
// After a sync has failed, Linux keeps pages in memory that are not on the disk and calls them
// clean: a store opened again would read them, build on them, and lose its own log behind the hole
// at the next power cut. Written once more they are dirty, and the sync means what it says. The
// caller holds the lock and has not opened the file yet.
absl::Status RefreshLog(const std::string& path);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_REFRESH_LOG_H_
