#ifndef GATEWAY_SERVER_ADMISSION_BUDGET_H_
#define GATEWAY_SERVER_ADMISSION_BUDGET_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace kgw::server {

// How much unanswered input the gateway holds at once. Room is taken before a record is parsed and
// given back when it has been answered. Safe from any thread; outlives its tickets.
class AdmissionBudget {
 public:
  // Added to each record's size, so that many tiny ones are bounded too.
  static constexpr uint64_t kOverhead = 1024;

  // Room for one record; gives itself back.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      Release();
      budget_ = std::exchange(other.budget_, nullptr);
      bytes_ = other.bytes_;
      return *this;
    }
    ~Ticket() { Release(); }
    void Release();

   private:
    friend class AdmissionBudget;
    Ticket(AdmissionBudget* budget, uint64_t bytes) : budget_(budget), bytes_(bytes) {}
    AdmissionBudget* budget_ = nullptr;
    uint64_t bytes_ = 0;
  };

  explicit AdmissionBudget(uint64_t bytes) : bytes_(bytes) {}

  // Nothing when there is no room now, or when others wait for it.
  std::optional<Ticket> Take(uint64_t record_bytes);
  // Calls `ready` once, when there is room: at once, or later on a thread that gave room back.
  // First come, first served. False, and no call, when the record is larger than the whole budget.
  bool TakeWhenFree(uint64_t record_bytes, std::function<void(Ticket)> ready);

  uint64_t in_use() const;
  uint64_t size() const { return bytes_; }

 private:
  struct Waiter {
    uint64_t bytes;
    std::function<void(Ticket)> ready;
  };
  void GiveBack(uint64_t bytes);

  const uint64_t bytes_;
  mutable std::mutex mutex_;
  uint64_t in_use_ = 0;
  std::deque<Waiter> waiters_;
};

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_ADMISSION_BUDGET_H_
