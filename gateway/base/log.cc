#include "gateway/base/log.h"

#include <unistd.h>

#include <cmath>
#include <unordered_map>

#include "gateway/base/json.h"
#include "gateway/base/mutex.h"
#include "gateway/base/strings.h"

namespace kgw {
namespace {

constexpr const char* kLevelNames[] = {"debug", "info", "warning", "error"};
constexpr size_t kMaxKinds = 4096;

class StandardError : public LogSink {
 public:
  void Write(std::string_view line) override {
    // One call a line, so that lines of several processes do not mix. A log that cannot be written
    // must not stop the gateway.
    const std::string whole = StrCat(line, "\n");
    if (write(STDERR_FILENO, whole.data(), whole.size()) < 0) return;
  }
};

// How often one kind of line came in the window that began at `since`.
struct Repeats {
  int64_t since = 0;
  int count = 0;
  int64_t left_out = 0;
};

struct State {
  Mutex mutex;
  LogOptions options KGW_GUARDED_BY(mutex);
  StandardError standard_error KGW_GUARDED_BY(mutex);
  std::unordered_map<std::string, Repeats> kinds KGW_GUARDED_BY(mutex);
};

State& TheLog() {
  static State* const state = new State;
  return *state;
}

// Writes a value either as JSON or bare, for text lines.
class ValueWriter {
 public:
  ValueWriter(json::Writer* writer, std::string* text) : writer_(writer), text_(text) {}

  void operator()(StaticText value) const { Quoted(value.text()); }
  void operator()(const Tag& value) const { Quoted(value.text()); }
  void operator()(const OperatorText& value) const { Quoted(value.text()); }
  void operator()(absl::StatusCode value) const { Quoted(absl::StatusCodeToString(value)); }
  void operator()(absl::Duration value) const { Quoted(absl::FormatDuration(value)); }
  void operator()(bool value) const { Bare(value ? "true" : "false"); }
  void operator()(int64_t value) const { Bare(StrCat(value)); }
  void operator()(double value) const { Bare(std::isfinite(value) ? StrCat(value) : "null"); }

 private:
  void Bare(std::string_view value) const {
    if (writer_ != nullptr) return writer_->Raw(value);
    text_->append(value);
  }

  void Quoted(std::string_view value) const {
    if (writer_ != nullptr) return writer_->String(value);
    if (value.find_first_of(" \"=") == std::string_view::npos && !value.empty()) {
      text_->append(value);
    } else {
      json::Writer(text_).String(value);
    }
  }

  json::Writer* writer_;
  std::string* text_;
};

std::string JsonLine(absl::Time now, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields, int64_t left_out) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Field("time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone()));
  writer.Field("level", kLevelNames[static_cast<size_t>(level)]);
  writer.Field("event", event);
  for (const LogField& field : fields) {
    writer.Key(field.name.text());
    std::visit(ValueWriter(&writer, nullptr), field.value.value());
  }
  if (left_out > 0) {
    writer.Key("left_out");
    writer.Integer(left_out);
  }
  writer.EndObject();
  return line;
}

std::string TextLine(absl::Time now, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields, int64_t left_out) {
  std::string line = StrCat(Std(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone())),
                            " ", kLevelNames[static_cast<size_t>(level)], " ", event);
  for (const LogField& field : fields) {
    StrAppend(&line, " ", field.name.text(), "=");
    std::visit(ValueWriter(nullptr, &line), field.value.value());
  }
  if (left_out > 0) StrAppend(&line, " left_out=", left_out);
  return line;
}

// Whether a line of this kind may be written now; sets how many were left out before it.
bool Admit(State& state, const Clock& clock, StaticText event,
           std::initializer_list<LogField> fields, int64_t* left_out) KGW_REQUIRES(state.mutex) {
  std::string kind(event.text());
  for (const LogField& field : fields) {
    if (const auto* tag = std::get_if<Tag>(&field.value.value())) {
      StrAppend(&kind, "\n", tag->text());
    }
  }
  if (state.kinds.size() >= kMaxKinds) state.kinds.clear();
  Repeats& repeats = state.kinds[kind];
  const int64_t now = clock.MonotonicNanos();
  if (repeats.count == 0 || now - repeats.since >= absl::ToInt64Nanoseconds(state.options.window)) {
    *left_out = repeats.left_out;
    repeats = {now, 1, 0};
    return true;
  }
  if (repeats.count < state.options.repeats) {
    ++repeats.count;
    return true;
  }
  ++repeats.left_out;
  return false;
}

}  // namespace

void ConfigureLog(LogOptions options) {
  State& state = TheLog();
  MutexLock lock(state.mutex);
  state.options = std::move(options);
  state.kinds.clear();
}

absl::Status ParseLogLevel(std::string_view text, LogLevel* level) {
  for (size_t i = 0; i < std::size(kLevelNames); ++i) {
    if (text != kLevelNames[i]) continue;
    *level = static_cast<LogLevel>(i);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("the log level must be one of debug, info, warning and error");
}

void Log(LogLevel level, StaticText event, std::initializer_list<LogField> fields) {
  State& state = TheLog();
  MutexLock lock(state.mutex);
  if (level < state.options.level) return;
  const Clock& clock = state.options.clock != nullptr ? *state.options.clock : RealClock();
  int64_t left_out = 0;
  if (!Admit(state, clock, event, fields, &left_out)) return;
  const auto make = state.options.json ? JsonLine : TextLine;
  LogSink& sink = state.options.sink != nullptr ? *state.options.sink : state.standard_error;
  sink.Write(make(clock.Now(), level, event.text(), fields, left_out));
}

}  // namespace kgw
