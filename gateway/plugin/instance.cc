#include "gateway/plugin/instance.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/base/clock.h"
#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"
#include "gateway/plugin/lent_bytes.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxLogLine = 1000;
constexpr int kLogLinesPerPeriod = 200;
constexpr int64_t kLogPeriodNanos = 10'000'000'000;

std::string OneLine(std::string_view text) {
  text = text.substr(0, kMaxLogLine);
  std::string line(text.substr(0, FindInvalidUtf8(text)));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return absl::ascii_iscntrl(c) != 0; }, ' ');
  return line;
}

}  // namespace

int64_t DeadlineAfter(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return 0;
  const int64_t nanos = absl::ToInt64Nanoseconds(std::min(timeout, absl::Hours(24 * 365)));
  // 0 would mean that there is none.
  return std::max<int64_t>(1, RealClock().MonotonicNanos() + nanos);
}

Instance::Instance(Library& library, InstanceHost host)
    : library_(library), host_(std::move(host)) {
  table_.struct_size = sizeof(table_);
  table_.abi_minor = KGW_ABI_MINOR;
  table_.ctx = this;
  table_.log = &Instance::OnLog;
  table_.service = &Instance::OnService;
}

Instance::~Instance() {
  if (!created_) return;
  try {
    library_.plugin->destroy(self_);
  } catch (...) {
    Log(KGW_ERROR, "The plug-in threw an exception while it was destroyed.");
  }
}

absl::StatusOr<std::unique_ptr<Instance>> Instance::Create(Library& library, InstanceHost host,
                                                           const ConnectorGrant& grant,
                                                           std::string_view config_json,
                                                           absl::Duration timeout) {
  std::unique_ptr<Instance> instance(new Instance(library, std::move(host)));
  if (absl::Status s = instance->GrantServices(grant); !s.ok()) return s;
  if (absl::Status s = instance->CallCreate(config_json, timeout); !s.ok()) return s;
  return instance;
}

absl::Status Instance::GrantServices(const ConnectorGrant& grant) {
  for (const std::string& id : library_.manifest.services) {
    if (id == KGW_HTTP && !grant.origins.empty() && host_.http != nullptr) {
      absl::StatusOr<std::unique_ptr<HttpService>> http = HttpService::Create(grant, host_.http);
      if (!http.ok()) return http.status();
      http_ = *std::move(http);
    } else if (id == KGW_STATE && grant.state != nullptr) {
      state_ = std::make_unique<StateService>(StrCat(library_.manifest.id, "/", grant.instance),
                                              *grant.state);
    }
  }
  return absl::OkStatus();
}

absl::Status Instance::CallCreate(std::string_view config_json, absl::Duration timeout) {
  class CreateCall : public ActiveCall {
   public:
    using ActiveCall::ActiveCall;

   private:
    kgw_code Accept(uint32_t item, Emitted) override {
      BreakItem(item, "it emitted an output while it was created");
      return KGW_INTERNAL;
    }
  };
  CreateCall call(library_, host_.limits, 1, "", DeadlineAfter(timeout), cancel_flag());
  void* made = nullptr;
  const LentBytes config(config_json, host_.guard_lent_bytes);
  const kgw_code code = Run("create", call, [&](void*) {
    return library_.plugin->create(&table_, config.slice(), call.raw(), &made);
  });
  if (code == KGW_OK) {
    // Also when it broke a rule meanwhile: what was made is to be destroyed.
    self_ = made;
    created_ = true;
  }
  if (!call.broken().empty()) return Broke(call.broken());
  if (!call.items()[0].broken.empty()) return Broke(call.items()[0].broken);
  if (code != KGW_OK) return Failure(code, call.items()[0]);
  return absl::OkStatus();
}

bool Instance::WaitForTurn(int64_t deadline_monotonic_ns) {
  if ((library_.manifest.flags & KGW_THREAD_SAFE) != 0) return true;
  MutexLock lock(mutex_);
  const auto free = [this]() KGW_REQUIRES(mutex_) { return !busy_; };
  if (deadline_monotonic_ns == 0) {
    turn_.Wait(lock, free);
  } else {
    const std::chrono::nanoseconds left(deadline_monotonic_ns - RealClock().MonotonicNanos());
    if (!turn_.WaitFor(lock, left, free)) return false;
  }
  busy_ = true;
  return true;
}

void Instance::EndTurn() {
  if ((library_.manifest.flags & KGW_THREAD_SAFE) != 0) return;
  {
    MutexLock lock(mutex_);
    busy_ = false;
  }
  turn_.NotifyOne();
}

kgw_code Instance::Run(std::string_view function, ActiveCall& call,
                       const std::function<kgw_code(void* self)>& body) {
  if (call.raw() == nullptr) return KGW_UNAVAILABLE;
  if (!WaitForTurn(call.deadline_monotonic_ns())) return KGW_UNAVAILABLE;
  const int64_t begin = RealClock().MonotonicNanos();
  kgw_code code = KGW_INTERNAL;
  call.NoteEntered();
  try {
    code = body(self_);
    if (!IsKnownCode(code)) {
      call.Break(StrCat("it returned code ", code, ", which kgw.h does not have"));
      code = KGW_INTERNAL;
    }
  } catch (...) {
    call.Break("it threw an exception");
  }
  EndTurn();
  call.NoteForeignUses();
  if (host_.observer != nullptr) {
    host_.observer->OnCall(library_.name, function,
                           absl::Nanoseconds(RealClock().MonotonicNanos() - begin),
                           static_cast<absl::StatusCode>(code));
  }
  const uint64_t misuses = library_.misuses;
  if (reported_misuses_.exchange(misuses) < misuses) {
    Log(KGW_ERROR, "The plug-in used a call after its end or from another thread.");
  }
  return code;
}

absl::Status Instance::Failure(kgw_code code, const ActiveCall::Item& item) const {
  std::string text = StrCat("Plug-in ", library_.name, " answered ", NameOfCode(code));
  const auto error = std::find_if(item.issues.begin(), item.issues.end(),
                                  [](const PluginIssue& i) { return i.severity >= KGW_ERROR; });
  if (error != item.issues.end() && !error->text.empty()) StrAppend(&text, ": ", error->text);
  if (text.back() != '.') text += '.';
  return absl::Status(static_cast<absl::StatusCode>(code), text);
}

absl::Status Instance::Broke(std::string_view rule) const {
  return absl::InternalError(
      StrCat("Plug-in ", library_.name, " broke a rule of kgw.h: ", rule, "."));
}

void Instance::Log(int32_t severity, std::string_view text) {
  if (!host_.log) return;
  {
    MutexLock lock(mutex_);
    const int64_t period = RealClock().MonotonicNanos() / kLogPeriodNanos;
    if (period != log_period_) {
      log_period_ = period;
      log_lines_ = 0;
    }
    if (++log_lines_ > kLogLinesPerPeriod + 1) return;
    if (log_lines_ > kLogLinesPerPeriod) text = "It logs too much; more lines are dropped.";
  }
  host_.log(std::clamp<int32_t>(severity, KGW_DEBUG, KGW_FATAL),
            StrCat("plug-in ", library_.name, ": ", OneLine(text)));
}

void Instance::OnLog(void* ctx, int32_t severity, kgw_slice message) noexcept {
  try {
    if (message.data == nullptr) return;
    static_cast<Instance*>(ctx)->Log(
        severity, std::string_view(static_cast<const char*>(message.data), message.size));
  } catch (...) {  // A line is lost, nothing else.
  }
}

const void* Instance::OnService(void* ctx, const char* service_id) noexcept {
  const auto& self = *static_cast<const Instance*>(ctx);
  if (service_id == nullptr) return nullptr;
  if (self.http_ != nullptr && std::strcmp(service_id, KGW_HTTP) == 0) return self.http_->table();
  if (self.state_ != nullptr && std::strcmp(service_id, KGW_STATE) == 0) {
    return self.state_->table();
  }
  return nullptr;
}

}  // namespace kgw::plugin
