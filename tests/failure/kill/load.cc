#include "tests/failure/kill/load.h"

#include <grpcpp/create_channel.h>

#include <condition_variable>

#include "gateway/v1/ingest.grpc.pb.h"

namespace kgw {

namespace v1 = gateway::v1;

struct Load::Round {
  std::unique_ptr<v1::IngestService::Stub> stub;
  std::vector<const kap::v1::Record*> records;
  size_t next = 0;
  int out = 0;
  int answered = 0;
  int failed = 0;
  std::condition_variable changed;
};

namespace {

struct Call {
  grpc::ClientContext context;
  v1::SubmitResponse response;
};

}  // namespace

std::string Load::KeyOf(const kap::v1::Record& record) {
  return record.id() + "/" + std::to_string(record.version());
}

void Load::Start(const std::string& server, const std::vector<kap::v1::Record>& records,
                 int in_flight) {
  auto round = std::make_shared<Round>();
  round->stub =
      v1::IngestService::NewStub(grpc::CreateChannel(server, grpc::InsecureChannelCredentials()));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const kap::v1::Record& record : records) {
      if (receipts_.count(KeyOf(record)) == 0) round->records.push_back(&record);
    }
    round_ = round;
  }
  for (int i = 0; i < in_flight; ++i) Next(round);
}

void Load::Next(const std::shared_ptr<Round>& round) {
  const kap::v1::Record* record = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (round->failed > 0 || round->next == round->records.size()) return;
    record = round->records[round->next++];
    ++round->out;
  }
  auto call = std::make_shared<Call>();
  round->stub->async()->Submit(&call->context, record, &call->response,
                               [this, round, record, call](const grpc::Status& status) {
                                 {
                                   const std::lock_guard<std::mutex> lock(mutex_);
                                   --round->out;
                                   if (status.ok()) {
                                     ++round->answered;
                                     const auto [known, first] = receipts_.emplace(
                                         KeyOf(*record), call->response.receipt());
                                     if (!first && known->second != call->response.receipt())
                                       ++contradictions_;
                                   } else {
                                     ++round->failed;
                                   }
                                   round->changed.notify_all();
                                 }
                                 Next(round);
                               });
}

int Load::answered() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return round_->answered;
}

int Load::unanswered() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return round_->out;
}

int Load::Wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  round_->changed.wait(lock, [&] {
    const bool all_out = round_->failed > 0 || round_->next == round_->records.size();
    return all_out && round_->out == 0;
  });
  return round_->failed;
}

}  // namespace kgw
