#ifndef GATEWAY_BASE_LOG_H_
#define GATEWAY_BASE_LOG_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/tag.h"

// The gateway's log: one line an event, as text or JSON. No patient data: a value is a number, a
// status code, a text from the source code, or one of the named types of tag.h.
//
//   Log(LogLevel::kWarning, "destination is unreachable",
//       {{"destination", Tag(name)}, {"code", status.code()}, {"attempts", 3}});
namespace kgw {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarning, kError };

class LogValue {
 public:
  // NOLINTBEGIN(google-explicit-constructor)
  template <size_t N>
  consteval LogValue(const char (&text)[N]) : value_(StaticText(text)) {}
  LogValue(StaticText text) : value_(text) {}
  LogValue(Tag tag) : value_(std::move(tag)) {}
  LogValue(OperatorText sentence) : value_(std::move(sentence)) {}
  LogValue(absl::StatusCode code) : value_(code) {}
  LogValue(absl::Duration duration) : value_(duration) {}
  LogValue(std::same_as<bool> auto value) : value_(value) {}
  LogValue(std::floating_point auto value) : value_(static_cast<double>(value)) {}
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  LogValue(T value) : value_(static_cast<int64_t>(value)) {}
  // NOLINTEND(google-explicit-constructor)

  using Variant = std::variant<StaticText, Tag, OperatorText, absl::StatusCode, absl::Duration,
                               bool, double, int64_t>;
  const Variant& value() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  StaticText name;
  LogValue value;
};

// Where lines go; each without its line end. Called under the log's lock, so one at a time.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(std::string_view line) = 0;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool json = false;
  // Lines of the same event with the same tags within `window`; what is beyond is counted and told
  // with the first line after it.
  int repeats = 10;
  absl::Duration window = absl::Seconds(10);
  std::shared_ptr<LogSink> sink;  // null: standard error
  const Clock* clock = nullptr;   // null: RealClock(); lives as long as the log uses it
};

// Replaces the options of the whole process. Any thread.
void ConfigureLog(LogOptions options);

// INVALID_ARGUMENT for anything but "debug", "info", "warning" and "error".
absl::Status ParseLogLevel(std::string_view text, LogLevel* level);

// Never fails and never blocks on anything but the sink. Any thread.
void Log(LogLevel level, StaticText event, std::initializer_list<LogField> fields = {});

}  // namespace kgw

#endif  // GATEWAY_BASE_LOG_H_
