// call.hpp - part of kgw.hpp, include that: one call of the host, and what it brings.
#ifndef KGW_DETAIL_CALL_HPP_
#define KGW_DETAIL_CALL_HPP_

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "kgw/kgw.h"

namespace kgw::sdk {

inline kgw_slice slice(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view view(kgw_slice bytes) {
  return bytes.size == 0 ? std::string_view()
                         : std::string_view(static_cast<const char*>(bytes.data), bytes.size);
}

// A code of kgw.h. The reasons for a failure go out through issue().
struct Status {
  kgw_code code = KGW_OK;

  Status() = default;
  Status(kgw_code value) : code(value) {}  // NOLINT: `return KGW_INVALID_ARGUMENT;` is the point
  bool ok() const { return code == KGW_OK; }
  // The three codes that mean "again later".
  bool again() const {
    return code == KGW_UNAVAILABLE || code == KGW_RESOURCE_EXHAUSTED || code == KGW_ABORTED;
  }
  friend bool operator==(Status, Status) = default;
};

// To leave a plug-in function from deep inside. `text` becomes an issue, so it must not hold a
// value from the input.
class Error : public std::exception {
 public:
  Error(kgw_code code, std::string text) : code_(code), text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }
  kgw_code code() const { return code_; }
  const std::string& text() const { return text_; }

 private:
  kgw_code code_;
  std::string text_;
};

// One call of the host. Cheap to copy; dead when the plug-in's function has returned.
class Call {
 public:
  explicit Call(const kgw_call* raw) : raw_(raw) {}

  std::string_view trace_id() const { return view(raw_->trace_id); }
  std::string_view tenant() const { return view(raw_->tenant); }

  // True when nobody waits for the answer any more. Worth asking before each costly step.
  bool cancelled() const { return raw_->cancelled(raw_->ctx) != 0; }
  // CLOCK_MONOTONIC in nanoseconds; 0 when there is none.
  int64_t deadline_ns() const { return raw_->deadline_monotonic_ns; }
  // Milliseconds until the deadline, never below 0; the largest number when there is none.
  int64_t remaining_ms() const {
    if (deadline_ns() == 0) return std::numeric_limits<int64_t>::max();
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t now_ns = int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    return std::max<int64_t>(0, (deadline_ns() - now_ns) / 1'000'000);
  }
  bool expired() const { return remaining_ms() == 0; }

  // `code` is FHIR's issue code ("value", "code-invalid", ...), `path` the FHIRPath of the element.
  // The path may be precise; the text never holds a value from the input.
  void issue(uint32_t item, int32_t severity, std::string_view code, std::string_view path,
             std::string_view text) const {
    raw_->issue(raw_->ctx, item, severity, slice(code), slice(path), slice(text));
  }
  // Any answer but OK means: stop, and return it.
  Status emit(uint32_t item, std::string_view media_type, std::string_view name,
              std::string_view body) const {
    return raw_->emit(raw_->ctx, item, slice(media_type), slice(name), slice(body));
  }
  void finish(uint32_t item, Status status) const { raw_->finish(raw_->ctx, item, status.code); }
  void retry_after(uint32_t item, int64_t milliseconds) const {
    raw_->retry_after(raw_->ctx, item, milliseconds);
  }

  const kgw_call* raw() const { return raw_; }

 private:
  const kgw_call* raw_;
};

// One input of a call, and the way to answer about it.
class Item {
 public:
  Item(Call call, uint32_t index, const kgw_item* raw) : call_(call), index_(index), raw_(raw) {}

  uint32_t index() const { return index_; }
  std::string_view media_type() const { return view(raw_->media_type); }
  std::string_view body() const { return view(raw_->body); }
  const Call& call() const { return call_; }

  void issue(int32_t severity, std::string_view code, std::string_view path,
             std::string_view text) const {
    call_.issue(index_, severity, code, path, text);
  }
  Status emit(std::string_view media_type, std::string_view name, std::string_view body) const {
    return call_.emit(index_, media_type, name, body);
  }
  void retry_after(int64_t milliseconds) const { call_.retry_after(index_, milliseconds); }

 private:
  Call call_;
  uint32_t index_;
  const kgw_item* raw_;
};

// The inputs of a batch, in order.
class Items {
 public:
  Items(Call call, const kgw_item* raw, uint32_t count) : call_(call), raw_(raw), count_(count) {}
  uint32_t size() const { return count_; }
  Item operator[](uint32_t index) const { return Item(call_, index, raw_ + index); }

  class Iterator {
   public:
    Iterator(const Items* items, uint32_t index) : items_(items), index_(index) {}
    Item operator*() const { return (*items_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Items* items_;
    uint32_t index_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, count_); }

 private:
  Call call_;
  const kgw_item* raw_;
  uint32_t count_;
};

}  // namespace kgw::sdk

#endif  // KGW_DETAIL_CALL_HPP_
