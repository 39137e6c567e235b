#ifndef GATEWAY_STORE_SQLITE_CHECKPOINTER_H_
#define GATEWAY_STORE_SQLITE_CHECKPOINTER_H_

#include <memory>
#include <thread>

#include "gateway/base/mutex.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/writer.h"

namespace kgw::store {

// Copies the write-ahead log back beside the writer, never in its way. Alone it could not keep the
// log short under load, since the writer goes on at its end; the writer finishes what it began.
class Checkpointer {
 public:
  // `every`: bytes of log between two copies. The writer must outlive it.
  Checkpointer(std::unique_ptr<Database> database, Writer& writer, int64_t every);
  ~Checkpointer();

  // From the writer's thread, after a batch.
  void Wake();

 private:
  void Loop();
  void Copy();

  std::unique_ptr<Database> database_;
  Writer& writer_;
  const int64_t every_;
  Mutex mutex_;
  ConditionVariable wake_;
  bool stopping_ KGW_GUARDED_BY(mutex_) = false;
  int64_t copied_ KGW_GUARDED_BY(mutex_) = 0;  // of the log as it was at the last copy
  std::thread thread_;
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_SQLITE_CHECKPOINTER_H_
