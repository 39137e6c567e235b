#ifndef TESTS_GATEWAY_INTAKE_FAKE_MAPPER_H_
#define TESTS_GATEWAY_INTAKE_FAKE_MAPPER_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/base/violation.h"
#include "gateway/plugin/mapper.h"

namespace kgw::intake {

// Turns every record into one resource; can be held.
class FakeMapper final : public plugin::Mapper {
 public:
  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration) override {
    {
      std::unique_lock lock(mutex_);
      ++calls_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
    }
    std::vector<plugin::MapResult> results(inputs.size());
    if (undecided_) {
      for (plugin::MapResult& result : results) {
        result.status =
            RetryLater(absl::StatusCode::kUnavailable, "no turn came", absl::Seconds(1));
        result.undecided = true;
      }
      return results;
    }
    for (plugin::MapResult& result : results) {
      result.status = absl::OkStatus();
      result.outputs.push_back({"application/fhir+json", "Basic",
                                R"({"resourceType":"Basic","code":{"text":"record"}})"});
    }
    return results;
  }
  const std::string& identity() const override { return identity_; }

  // From now on it learns nothing about any record, or again something.
  void SetUndecided(bool undecided) { undecided_ = undecided; }
  void Hold() {
    std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void WaitForCalls(int calls) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, calls] { return calls_ >= calls; });
  }
  int calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  const std::string identity_ = "org.example.fake 1.0.0 00";
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int calls_ = 0;
  std::atomic<bool> undecided_{false};
};

}  // namespace kgw::intake

#endif  // TESTS_GATEWAY_INTAKE_FAKE_MAPPER_H_
