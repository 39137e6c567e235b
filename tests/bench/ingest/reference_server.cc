// The limit that ingest is measured against: the same RPC and the same bytes, answered after a
// SQLite commit with full durability that many callers share; nothing is checked and nothing
// mapped. An empty request is answered at once: what a call costs by itself.
#include <grpcpp/server_builder.h>
#include <sqlite3.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/v1/ingest.grpc.pb.h"

namespace {

namespace v1 = gateway::v1;

struct Waiting {
  std::string bytes;
  grpc::ServerUnaryReactor* reactor;
};

// One writer; a batch is what has waited.
class Writer {
 public:
  explicit Writer(const char* path) {
    sqlite3_open(path, &db_);
    Run("PRAGMA journal_mode=WAL");
    Run("PRAGMA synchronous=FULL");
    Run("CREATE TABLE record (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    sqlite3_prepare_v2(db_, "INSERT INTO record (bytes) VALUES (?)", -1, &insert_, nullptr);
    thread_ = std::thread([this] { Loop(); });
  }

  void Add(Waiting waiting) {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(waiting));
    changed_.notify_one();
  }

 private:
  void Run(const char* sql) { sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); }

  void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return !queue_.empty(); });
      std::deque<Waiting> batch;
      batch.swap(queue_);
      lock.unlock();
      Run("BEGIN IMMEDIATE");
      for (const Waiting& waiting : batch) {
        sqlite3_bind_blob64(insert_, 1, waiting.bytes.data(), waiting.bytes.size(), SQLITE_STATIC);
        sqlite3_step(insert_);
        sqlite3_reset(insert_);
      }
      Run("COMMIT");
      for (const Waiting& waiting : batch) waiting.reactor->Finish(grpc::Status::OK);
      lock.lock();
    }
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::thread thread_;
};

using RawSubmit = v1::IngestService::WithRawCallbackMethod_Submit<v1::IngestService::Service>;

class Reference : public RawSubmit {
 public:
  explicit Reference(Writer& writer) : writer_(writer) {
    v1::SubmitResponse response;
    response.set_state(v1::RECORD_STATE_MAPPED);
    const grpc::Slice slice(response.SerializeAsString());
    answer_ = grpc::ByteBuffer(&slice, 1);
  }

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    grpc::Slice slice;
    if (!request->DumpToSingleSlice(&slice).ok()) {
      reactor->Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no slice"));
      return reactor;
    }
    *response = answer_;
    if (slice.size() == 0) {
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
    writer_.Add({std::string(reinterpret_cast<const char*>(slice.begin()), slice.size()), reactor});
    return reactor;
  }

 private:
  Writer& writer_;
  grpc::ByteBuffer answer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  Writer writer(argv[1]);
  Reference service(writer);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  std::printf("READY grpc=127.0.0.1:%d http=\n", port);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  std::_Exit(0);
}
