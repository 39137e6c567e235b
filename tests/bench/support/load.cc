#include "tests/bench/support/load.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "gateway/v1/ingest.grpc.pb.h"
#include "tests/bench/support/own_cost.h"

namespace kgw::bench {
namespace {

namespace v1 = gateway::v1;
using Clock = std::chrono::steady_clock;

constexpr size_t kTogether = 16;  // records of a stream handed to the network at once

std::shared_ptr<grpc::Channel> Connect(const std::string& server) {
  return grpc::CreateChannel(server, grpc::InsecureChannelCredentials());
}

double MicrosSince(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

// Where a load began.
struct Mark {
  Clock::time_point time = Clock::now();
  double cpu = CpuMicros();
};

void Finish(LoadResult& result, std::vector<double>& latencies, const Mark& start) {
  result.seconds = MicrosSince(start.time) / 1e6;
  if (result.answered > 0) {
    result.cpu_us = (CpuMicros() - start.cpu) / static_cast<double>(result.answered);
  }
  std::sort(latencies.begin(), latencies.end());
  if (latencies.empty()) return;
  result.p50_us = latencies[latencies.size() / 2];
  result.p99_us = latencies[latencies.size() * 99 / 100];
}

// Calls back to back: each answer starts the next record, until none is left. A callback keeps the
// run alive, for it may still be returning when the last answer has been counted; and Run waits for
// it, for a channel must not be let go by one of gRPC's own threads.
class UnaryRun : public std::enable_shared_from_this<UnaryRun> {
 public:
  UnaryRun(const std::string& server, const std::vector<std::string>& records)
      : stub_(Connect(server)), records_(records) {}

  LoadResult Run(int in_flight) {
    const Mark start;
    for (int i = 0; i < in_flight; ++i) Next();
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return result_.answered == static_cast<int64_t>(records_.size()); });
    Finish(result_, latencies_, start);
    lock.unlock();
    while (weak_from_this().use_count() > 1) std::this_thread::yield();
    return result_;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
    Clock::time_point start;
  };

  void Next() {
    const size_t index = next_.fetch_add(1);
    if (index >= records_.size()) return;
    auto call = std::make_shared<Call>();
    const grpc::Slice slice(records_[index]);
    call->request = grpc::ByteBuffer(&slice, 1);
    call->start = Clock::now();
    stub_.UnaryCall(&call->context, "/gateway.v1.IngestService/Submit", {}, &call->request,
                    &call->response, [self = shared_from_this(), call](const grpc::Status& status) {
                      self->Answered(*call, status);
                    });
  }

  void Answered(Call& call, const grpc::Status& status) {
    const double latency = MicrosSince(call.start);
    v1::SubmitResponse response;
    grpc::Slice slice;
    const bool right = status.ok() && call.response.DumpToSingleSlice(&slice).ok() &&
                       response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) &&
                       response.state() == v1::RECORD_STATE_MAPPED && !response.duplicate();
    Next();
    const std::lock_guard<std::mutex> lock(mutex_);
    latencies_.push_back(latency);
    result_.wrong += right ? 0 : 1;
    ++result_.answered;
    done_.notify_one();
  }

  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub_;
  const std::vector<std::string>& records_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<double> latencies_;
  LoadResult result_;
};

}  // namespace

LoadResult UnaryLoad(const std::string& server, const std::vector<std::string>& records,
                     int in_flight) {
  return std::make_shared<UnaryRun>(server, records)->Run(in_flight);
}

LoadResult StreamLoad(const std::string& server, const std::vector<std::string>& records,
                      int in_flight) {
  v1::IngestService::Stub stub(Connect(server));
  grpc::ClientContext context;
  LoadResult result;
  std::vector<double> latencies;
  std::vector<Clock::time_point> sent(records.size());
  std::mutex mutex;
  std::condition_variable changed;
  const Mark start;
  const auto stream = stub.SubmitStream(&context);
  std::thread reader([&] {
    v1::SubmitStreamResponse message;
    while (stream->Read(&message)) {
      const std::lock_guard<std::mutex> lock(mutex);
      result.wrong += message.results_size();  // only exceptions are told
      for (uint64_t i = static_cast<uint64_t>(result.answered); i < message.acked_through(); ++i) {
        latencies.push_back(MicrosSince(sent[i]));
      }
      result.answered =
          std::max<int64_t>(result.answered, static_cast<int64_t>(message.acked_through()));
      changed.notify_one();
    }
  });
  v1::SubmitStreamRequest request;
  request.mutable_options()->set_results(v1::StreamOptions::RESULTS_EXCEPTIONS);
  stream->Write(request);
  for (size_t i = 0; i < records.size(); ++i) {
    bool more = false;  // whether the next one may go at once
    {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [&] { return static_cast<int64_t>(i) - result.answered < in_flight; });
      more = static_cast<int64_t>(i) + 1 - result.answered < in_flight;
      sent[i] = Clock::now();
    }
    request.set_record(records[i]);
    grpc::WriteOptions options;
    if (more && i % kTogether != kTogether - 1 && i + 1 < records.size()) options.set_buffer_hint();
    if (!stream->Write(request, options)) break;
  }
  stream->WritesDone();
  reader.join();
  if (!stream->Finish().ok()) ++result.wrong;
  Finish(result, latencies, start);
  return result;
}

}  // namespace kgw::bench
