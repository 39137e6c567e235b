#include "gateway/store/sqlite/checkpointer.h"

#include <utility>

namespace kgw::store {

Checkpointer::Checkpointer(std::unique_ptr<Database> database, Writer& writer, int64_t every)
    : database_(std::move(database)), writer_(writer), every_(every) {
  thread_ = std::thread([this] { Loop(); });
}

Checkpointer::~Checkpointer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void Checkpointer::Wake() {
  const int64_t bytes = writer_.LogBytes();
  {
    MutexLock lock(mutex_);
    if (bytes < copied_) copied_ = 0;  // the log began anew
    if (bytes - copied_ < every_) return;
  }
  wake_.NotifyOne();
}

void Checkpointer::Loop() {
  MutexLock lock(mutex_);
  while (true) {
    wake_.Wait(lock, [this]() KGW_REQUIRES(mutex_) {
      return stopping_ || writer_.LogBytes() - copied_ >= every_;
    });
    if (stopping_) return;
    copied_ = writer_.LogBytes();
    lock.Unlock();
    Copy();
    lock.Lock();
  }
}

void Checkpointer::Copy() {
  if (!writer_.Health().ok()) return;
  const int code = sqlite3_wal_checkpoint_v2(database_->handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const int primary = code & 0xff;
  if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT) writer_.Fail(database_->Failure(code));
}

}  // namespace kgw::store
