#include "gateway/main/gateway.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/metrics.h"
#include "gateway/base/sha256.h"
#include "gateway/base/strings.h"
#include "gateway/base/thread_pool.h"
#include "gateway/fhir/base_check.h"
#include "gateway/http/http_server.h"
#include "gateway/intake/intake.h"
#include "gateway/intake/timed_mapper.h"
#include "gateway/main/destinations.h"
#include "gateway/main/mappers.h"
#include "gateway/main/meters.h"
#include "gateway/main/parts.h"
#include "gateway/main/tls_watch.h"
#include "gateway/server/grpc_log.h"
#include "gateway/server/grpc_server.h"
#include "gateway/server/workers.h"
#include "gateway/store/sqlite/sqlite_store.h"

namespace kgw::main {
namespace {

constexpr int kWorkers = 4;
constexpr int kMostReaders = 32;
constexpr absl::Duration kLeastShutdown = absl::Seconds(1);
// Once all records are answered only idle connections and looks are left; a client that does not
// read its connection would keep it open.
constexpr absl::Duration kConnectionsGrace = absl::Seconds(2);

LogLevel LevelOf(int32_t severity) {
  switch (severity) {
    case KGW_DEBUG:
      return LogLevel::kDebug;
    case KGW_INFORMATION:
      return LogLevel::kInfo;
    case KGW_WARNING:
      return LogLevel::kWarning;
    default:
      return LogLevel::kError;
  }
}

server::GrpcOptions GrpcOptionsOf(const Settings& settings) {
  server::GrpcOptions options;
  options.listen = settings.grpc_listen;
  options.max_message_bytes = settings.limits.max_bytes;
  options.memory_bytes = settings.grpc_bytes;
  return options;
}

plugin::PluginSetOptions PluginOptionsOf(const Settings& settings, const std::string& home,
                                         std::shared_ptr<plugin::CallObserver> observer,
                                         std::shared_ptr<std::atomic<bool>> cancel) {
  plugin::PluginSetOptions options;
  options.cancel = std::move(cancel);
  for (const std::string& path : settings.plugin_paths) {
    options.paths.push_back(path.starts_with('/') ? path : StrCat(home, "/", path));
  }
  std::set<std::string> names;
  for (const MapperSettings& each : settings.mappers) names.insert(each.plugin);
  for (const DestinationSettings& each : settings.destinations) names.insert(each.plugin);
  options.names = {names.begin(), names.end()};
  options.observer = std::move(observer);
  options.log = [](int32_t severity, std::string_view text) {
    Log(LevelOf(severity), "plug-in", {{"text", OperatorText(text)}});
  };
  return options;
}

int MappingThreads(const Settings& settings) {
  if (settings.mapping_threads > 0) return settings.mapping_threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

class RunningGateway final : public Gateway {
 public:
  RunningGateway(const LoadedConfig& config, std::string home)
      : settings_(config.settings),
        home_(std::move(home)),
        meters_(std::make_shared<Meters>(GlobalMetrics())) {}

  absl::Status StartAll(const std::string& config_hash) {
    if (absl::Status status = OpenStore(); !status.ok()) return status;
    if (absl::Status status = StartPlugins(); !status.ok()) return status;
    started_with_ = hash_ = config_hash;
    board_ = std::make_unique<intake::RulesBoard>(MakeRules(settings_, hash_));
    budget_ = std::make_unique<intake::AdmissionBudget>(settings_.admission_bytes,
                                                        AdmissionBytesOfCaller(settings_));
    intake::Intake::Options options;
    options.tasks = MappingThreads(settings_);
    mapping_ = std::make_unique<ThreadPool>(static_cast<size_t>(options.tasks));
    intake_ = std::make_unique<intake::Intake>(
        intake::Intake::Parts{*mapping_, RealClock(), *board_, *store_, *meters_}, options);
    workers_ = std::make_unique<server::Workers>(kWorkers, 256);
    probes_ = std::make_unique<server::Workers>(2, 16);
    if (absl::Status status = StartHttp(); !status.ok()) return status;
    if (absl::Status status = StartGrpc(); !status.ok()) return status;
    engine_->Start();
    Tick();
    return absl::OkStatus();
  }

  ~RunningGateway() override { Drain(); }

  const std::string& grpc_address() const override { return grpc_->address(); }
  const std::string& http_address() const override { return http_->address(); }
  const std::string& config_hash() const override { return hash_; }

  absl::Status Reload(const LoadedConfig& config) override {
    Settings next = config.settings;
    const std::vector<std::string> kept = NeedsRestart(settings_, next);
    for (const std::string& path : kept) {
      Log(LogLevel::kWarning, "a changed setting needs a restart and keeps its old value",
          {{"setting", OperatorText(path)}});
    }
    KeepWhatNeedsRestart(settings_, &next);
    absl::StatusOr<LoadedTls> tls = LoadedTls{};
    if (!next.development) tls = LoadTls(next.tls);
    if (!tls.ok()) {
      tls_.Refuse(tls.status());
      return tls.status();
    }
    auto plugins = std::shared_ptr<plugin::PluginSet>(
        plugin::PluginSet::Load(PluginOptionsOf(next, home_, meters_, cancel_)));
    absl::StatusOr<std::vector<delivery::DestinationRuntime>> runtimes =
        MakeRuntimes(next, *plugins, state_.get());
    if (!runtimes.ok()) return runtimes.status();
    settings_ = std::move(next);
    if (!settings_.development) ShowTls(*std::move(tls));
    budget_->SetCallerBytes(AdmissionBytesOfCaller(settings_));
    TellOfRefusals(*runtimes);
    operations_->Replace(std::move(plugins));
    engine_->Configure(*std::move(runtimes));
    // What is in force then is neither the file of the start nor the new one.
    hash_ = kept.empty() ? config.hash
                         : HexOf(Sha256Of(StrCat(started_with_, " kept by ", config.hash)));
    board_->Publish(MakeRules(settings_, hash_));
    return absl::OkStatus();
  }

  void Tick() override {
    if (!settings_.development) {
      if (std::optional<LoadedTls> changed = tls_.Look(settings_.tls)) ShowTls(*std::move(changed));
    }
    const absl::Status health = TakesWrites();
    if (told_ == health.code()) return;
    const bool was_full = told_ == absl::StatusCode::kResourceExhausted;
    told_ = health.code();
    grpc_->SetServing(health.ok());
    if (health.ok() && was_full) {
      Log(LogLevel::kInfo, "the disk of the store has room again");
    } else if (health.ok()) {
      Log(LogLevel::kInfo, "the store answers writes");
    } else if (absl::IsResourceExhausted(health)) {
      Log(LogLevel::kError, "the disk of the store is full: nothing is taken until there is room");
    } else {
      Log(LogLevel::kError, "the store answers no writes",
          {{"code", health.code()}, {"reason", OperatorText(Std(health.message()))}});
    }
  }

  absl::Duration LongestDrain() const override {
    return settings_.drain_timeout + 2 * kLeastShutdown + kConnectionsGrace;
  }

  void Drain() override {
    if (grpc_ == nullptr || draining_.exchange(true)) return;
    const absl::Time end = absl::Now() + settings_.drain_timeout;
    auto left = [end] { return std::max(end - absl::Now(), kLeastShutdown); };
    grpc_->SetServing(false);
    streams_.DrainAll();
    intake_->StopAccepting();
    const bool answered = intake_->WaitUntilAnswered(left());
    const absl::Status stopped = engine_->Stop(left());
    // Now, for gRPC waits for calls that a plug-in holds: of a mapper, a preview or a probe.
    operations_->Set()->CancelCalls();
    grpc_->Shutdown(kConnectionsGrace);
    for (const delivery::DestinationStatus& each : engine_->Snapshot()) {
      if (each.in_flight == 0) continue;
      Log(LogLevel::kWarning, "a delivery was still running; it is tried again at the next start",
          {{"destination", Tag(each.name)}, {"plugin", Tag(each.plugin)}});
    }
    Log(answered && stopped.ok() ? LogLevel::kInfo : LogLevel::kWarning, "drained",
        {{"all_answered", answered}, {"deliveries_ended", stopped.ok()}});
  }

 private:
  // A failure for good, or a full disk, which passes.
  absl::Status TakesWrites() {
    const absl::Status health = store_->Health();
    return health.ok() ? store_->Room() : health;
  }

  absl::Status OpenStore() {
    store::SqliteOptions options;
    options.path = settings_.store_path;
    // However long calls read, such as a recount, intake, delivery and metrics find a connection.
    options.readers = kWorkers + std::min(MappingThreads(settings_), kMostReaders) + 2;
    absl::StatusOr<std::unique_ptr<store::SqliteStore>> store = store::OpenSqliteStore(options);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    state_ = std::make_unique<StoredState>(*store_);
    return absl::OkStatus();
  }

  absl::Status StartPlugins() {
    auto plugins = std::shared_ptr<plugin::PluginSet>(
        plugin::PluginSet::Load(PluginOptionsOf(settings_, home_, meters_, cancel_)));
    mappers_ = MakeMappers(settings_, *plugins, RealClock());
    absl::StatusOr<std::vector<delivery::DestinationRuntime>> runtimes =
        MakeRuntimes(settings_, *plugins, state_.get());
    if (!runtimes.ok()) return runtimes.status();
    TellOfRefusals(*runtimes);
    engine_ = std::make_unique<delivery::DeliveryEngine>(
        delivery::DeliveryEngine::Dependencies{.executor = &delivering_,
                                               .store = store_.get(),
                                               .clock = &RealClock(),
                                               .random = &random_,
                                               .observer = meters_.get()},
        *std::move(runtimes));
    operations_ = std::make_unique<RunningOperations>(std::move(plugins),
                                                      MappersInUse(settings_, mappers_), *engine_);
    return absl::OkStatus();
  }

  absl::Status StartHttp() {
    http::Pages pages;
    pages.metrics = [this] { return meters_->Render(*store_, *budget_, *intake_, RealClock()); };
    // What has failed in the store stays so until a restart, which reads it anew from the disk.
    pages.alive = [this] { return store_->Health(); };
    pages.ready = [this]() -> absl::Status {
      if (draining_.load()) return absl::UnavailableError("the gateway is stopping");
      return TakesWrites();
    };
    absl::StatusOr<std::unique_ptr<http::HttpServer>> server =
        http::HttpServer::Start(settings_.http_listen, std::move(pages));
    if (!server.ok()) return server.status();
    http_ = *std::move(server);
    return absl::OkStatus();
  }

  absl::Status StartGrpc() {
    server::GrpcOptions options = GrpcOptionsOf(settings_);
    if (!settings_.development) {
      absl::StatusOr<LoadedTls> tls = LoadTls(settings_.tls);
      if (!tls.ok()) return tls.status();
      tls_.Use(*tls);
      options.tls = std::move(tls->texts);
    }
    absl::StatusOr<std::unique_ptr<server::GrpcServer>> server = server::GrpcServer::Start(
        options, {*board_, *budget_, *intake_, streams_, *store_, *workers_},
        {*board_, *store_, *operations_, *workers_, *probes_});
    if (!server.ok()) return server.status();
    grpc_ = *std::move(server);
    return absl::OkStatus();
  }

  std::shared_ptr<const intake::Rules> MakeRules(const Settings& settings,
                                                 const std::string& config_hash) {
    auto rules = std::make_shared<intake::Rules>();
    rules->access = std::make_shared<access::Access>(
        settings.development ? access::Access::Development() : access::Access(settings.callers));
    rules->pipeline = std::make_shared<pipeline::Pipeline>(RecordMappers(settings, mappers_),
                                                           validator_, MakeRoutes(settings));
    rules->limits = settings.limits;
    rules->mapping_timeout = settings.mapping_timeout;
    rules->streams_per_caller = settings.streams_per_caller;
    rules->stream_window = settings.stream_window;
    rules->page_size = settings.page_size;
    rules->config_hash = config_hash;
    rules->destinations = MakeInfos(settings);
    return rules;
  }

  void ShowTls(LoadedTls loaded) {
    tls_.Use(loaded);
    grpc_->ReplaceTls(std::move(loaded.texts));
  }

  static void TellOfRefusals(const std::vector<delivery::DestinationRuntime>& runtimes) {
    for (const delivery::DestinationRuntime& runtime : runtimes) {
      if (runtime.connector != nullptr) continue;
      Log(LogLevel::kError, "a destination's plug-in was refused: its deliveries wait",
          {{"destination", Tag(runtime.route.name)}, {"reason", OperatorText(runtime.refusal)}});
    }
  }

  Settings settings_;
  std::string started_with_;  // the hash of the configuration at the start
  std::string hash_;          // of the configuration in force
  const std::string home_;
  // In the order of making; taken apart the other way round.
  const std::shared_ptr<Meters> meters_;
  // Of all plug-ins' calls, also of those that began before a reload.
  const std::shared_ptr<std::atomic<bool>> cancel_ = std::make_shared<std::atomic<bool>>(false);
  TlsWatch tls_{GlobalMetrics(), RealClock()};
  const fhir::BaseR4Validator validator_{};
  delivery::SeededRandom random_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<StoredState> state_;
  Mappers mappers_;
  ThreadPool delivering_{delivery::DeliveryEngine::kMostAttempts + 1};
  std::unique_ptr<delivery::DeliveryEngine> engine_;
  std::unique_ptr<RunningOperations> operations_;
  std::unique_ptr<intake::RulesBoard> board_;
  std::unique_ptr<intake::AdmissionBudget> budget_;
  std::unique_ptr<ThreadPool> mapping_;
  std::unique_ptr<intake::Intake> intake_;
  intake::StreamRegistry streams_;
  std::unique_ptr<server::Workers> workers_;
  std::unique_ptr<server::Workers> probes_;
  std::unique_ptr<http::HttpServer> http_;
  std::unique_ptr<server::GrpcServer> grpc_;
  std::atomic<bool> draining_{false};
  std::optional<absl::StatusCode> told_;  // of TakesWrites, by Tick
};

}  // namespace

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const LoadedConfig& config,
                                                        const std::string& home) {
  server::TakeGrpcLog();
  auto gateway = std::make_unique<RunningGateway>(config, home);
  if (absl::Status status = gateway->StartAll(config.hash); !status.ok()) return status;
  return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace kgw::main
