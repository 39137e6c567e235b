#ifndef GATEWAY_INTAKE_ADMISSION_BUDGET_H_
#define GATEWAY_INTAKE_ADMISSION_BUDGET_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/base/mutex.h"

namespace kgw::intake {

// How much unanswered input the gateway holds at once, and how much of it one caller may hold. Room
// is taken before a record is parsed and given back when it has been answered. Safe from any
// thread; outlives its tickets. Callers are known by name and never forgotten: their names come
// from the configuration, so they are few.
class AdmissionBudget {
  struct Caller;

 public:
  // Added to each record's size, so that many tiny ones are bounded too.
  static constexpr uint64_t kOverhead = 1024;

  // Room for one record; gives itself back.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)),
          caller_(other.caller_),
          bytes_(other.bytes_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      Release();
      budget_ = std::exchange(other.budget_, nullptr);
      caller_ = other.caller_;
      bytes_ = other.bytes_;
      return *this;
    }
    ~Ticket() { Release(); }
    void Release();

   private:
    friend class AdmissionBudget;
    Ticket(AdmissionBudget* budget, Caller* caller, uint64_t bytes)
        : budget_(budget), caller_(caller), bytes_(bytes) {}
    AdmissionBudget* budget_ = nullptr;
    Caller* caller_ = nullptr;
    uint64_t bytes_ = 0;
  };

  // `bytes` for all callers together, `caller_bytes` of them for one.
  AdmissionBudget(uint64_t bytes, uint64_t caller_bytes);
  // All of it for whoever comes.
  explicit AdmissionBudget(uint64_t bytes) : AdmissionBudget(bytes, bytes) {}

  // RESOURCE_EXHAUSTED, with a delay and the name of the setting, when there is no room now or
  // others wait for it; INVALID_ARGUMENT when the record is larger than all the room there is.
  absl::StatusOr<Ticket> Take(std::string_view caller, uint64_t record_bytes);
  // Calls `ready` once, when there is room: at once, or later on a thread that gave room back.
  // Callers that wait are served in turn, each in its own order. Giving room back within `ready` is
  // fine and does not nest: whoever is served by it is called after `ready` returned. False, and no
  // call, when the record is larger than all the room there is.
  bool TakeWhenFree(std::string_view caller, uint64_t record_bytes,
                    std::function<void(Ticket)> ready);

  // What one caller may hold from now on.
  void SetCallerBytes(uint64_t caller_bytes);

  uint64_t in_use() const;
  uint64_t size() const { return bytes_; }
  // How often Take found no room: for a caller beyond its share, and in the whole.
  uint64_t refused_of_caller() const;
  uint64_t refused_of_all() const;

 private:
  struct Waiter {
    uint64_t bytes = 0;
    std::function<void(Ticket)> ready;
  };
  struct Caller {
    uint64_t in_use = 0;
    std::deque<Waiter> waiters;
  };
  struct Served {
    Caller* caller;
    Waiter waiter;
  };

  Caller& CallerNamed(std::string_view name) KGW_REQUIRES(mutex_);
  bool InShare(const Caller& caller, uint64_t bytes) const KGW_REQUIRES(mutex_);
  bool Fits(uint64_t bytes) const KGW_REQUIRES(mutex_) { return bytes <= bytes_ - in_use_; }
  // Whether somebody waits for room in the whole, and not for its own share.
  bool SomebodysTurn() const KGW_REQUIRES(mutex_);
  void Count(Caller& caller, uint64_t bytes) KGW_REQUIRES(mutex_);
  void ServeInTurn() KGW_REQUIRES(mutex_);

  void GiveBack(Caller& caller, uint64_t bytes);
  void TellServed();

  const uint64_t bytes_;
  mutable Mutex mutex_;
  uint64_t caller_bytes_ KGW_GUARDED_BY(mutex_);
  uint64_t in_use_ KGW_GUARDED_BY(mutex_) = 0;
  uint64_t refused_of_caller_ KGW_GUARDED_BY(mutex_) = 0;
  uint64_t refused_of_all_ KGW_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Caller, std::less<>> callers_ KGW_GUARDED_BY(mutex_);
  // Callers with waiters; the first is served next.
  std::deque<Caller*> turns_ KGW_GUARDED_BY(mutex_);
  // Who has room and is not told yet; one thread at a time tells them.
  std::deque<Served> served_ KGW_GUARDED_BY(mutex_);
  bool telling_ KGW_GUARDED_BY(mutex_) = false;
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_ADMISSION_BUDGET_H_
