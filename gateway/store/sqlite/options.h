#ifndef GATEWAY_STORE_SQLITE_OPTIONS_H_
#define GATEWAY_STORE_SQLITE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace kgw::store {

struct SqliteOptions {
  std::string path;
  const Clock* clock = &RealClock();  // must outlive the store
  std::string vfs;                    // SQLite's name of a file layer; empty: the default

  // What may wait in a queue before callers are told to come back.
  size_t queue_changes = 4096;
  size_t queue_bytes = size_t{64} << 20;
  // One transaction takes at most this.
  size_t batch_changes = 256;
  size_t batch_bytes = size_t{8} << 20;

  // Sizes of the write-ahead log: where a thread begins to copy it back, where the writer finishes
  // that between two batches, where intake waits until it is done.
  int64_t checkpoint_bytes = int64_t{4} << 20;
  int64_t finish_bytes = int64_t{16} << 20;
  int64_t stop_bytes = int64_t{256} << 20;

  // How often a store whose disk was full looks for room when nobody else writes.
  absl::Duration try_for_room = absl::Seconds(2);

  int readers = 4;  // connections for reading
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_OPTIONS_H_
