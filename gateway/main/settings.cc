#include "gateway/main/settings.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/intake/admission_budget.h"
#include "gateway/main/check.h"
#include "gateway/record/types.h"

namespace kgw::main {
namespace {

namespace pb = ::gateway::config::v1;

constexpr uint64_t kMiB = uint64_t{1} << 20;

// v3-ActReason, PurposeOfUse: those that a clinic's records may be asked for.
const std::vector<std::string_view>& Purposes() {
  static const auto* purposes = new std::vector<std::string_view>{
      "TREAT",    "ETREAT",  "CAREMGT", "HPAYMT",  "CLMATTCH", "COVAUTH", "COVERAGE",
      "ELIGDTRM", "ELIGVER", "ENROLLM", "HOPERAT", "HRESCH",   "PUBHLTH", "PATRQT"};
  return *purposes;
}

class Reader {
 public:
  Reader(const pb::Config& config, std::vector<Problem>* problems)
      : config_(config), check_(problems) {}

  Settings Read() {
    settings_.development = config_.development();
    ReadListening();
    ReadStore();
    ReadLimits();
    ReadLogging();
    ReadPlugins();
    ReadCallers();
    ReadDestinations();
    return std::move(settings_);
  }

 private:
  void ReadListening() {
    if (!config_.grpc().listen().empty()) settings_.grpc_listen = config_.grpc().listen();
    if (!config_.http().listen().empty()) settings_.http_listen = config_.http().listen();
    check_.Listen("grpc.listen", settings_.grpc_listen, settings_.development);
    check_.Listen("http.listen", settings_.http_listen, settings_.development);
    settings_.tls = Tls(config_.grpc().tls());
    const TlsFiles& tls = settings_.tls;
    const bool none = tls.certificate.empty() && tls.private_key.empty() && tls.client_ca.empty();
    if (settings_.development) {
      if (!none)
        check_.Wrong("grpc.tls",
                     "not used in development: leave it out, or set "
                     "development: false");
      return;
    }
    if (none) {
      return check_.Wrong("grpc.tls",
                          "missing: outside development the gateway serves over TLS only, and "
                          "knows callers by their certificates");
    }
    Required("grpc.tls.certificate", tls.certificate);
    Required("grpc.tls.private_key", tls.private_key);
    Required("grpc.tls.client_ca", tls.client_ca);
  }

  void ReadStore() {
    settings_.store_path = config_.store().path();
    Required("store.path", settings_.store_path);
  }

  void ReadLimits() {
    const pb::Limits& limits = config_.limits();
    record::Limits& record = settings_.limits;
    check_.Number("limits.message_bytes", limits.message_bytes(), 1024, 64 * kMiB,
                  &record.max_bytes);
    check_.Number("limits.depth", limits.depth(), 8, 100, &record.max_depth);
    check_.Number("limits.list", limits.list(), 1, 1000000, &record.max_list);
    check_.Number("limits.parts", limits.parts(), 1, 1000000, &record.max_parts);
    check_.Number("limits.admission_bytes", limits.admission_bytes(), kMiB, 65536 * kMiB,
                  &settings_.admission_bytes);
    if (settings_.admission_bytes < record.max_bytes + intake::AdmissionBudget::kOverhead) {
      check_.Wrong("limits.admission_bytes",
                   "expected more than limits.message_bytes: one record must fit");
    }
    check_.Number("limits.admission_percent_per_caller", limits.admission_percent_per_caller(), 1,
                  100, &settings_.admission_percent_per_caller);
    check_.Number("limits.streams_per_caller", limits.streams_per_caller(), 1, 10000,
                  &settings_.streams_per_caller);
    check_.Number("limits.stream_window", limits.stream_window(), 1, 100000,
                  &settings_.stream_window);
    check_.Number("limits.page_size", limits.page_size(), 1, 10000, &settings_.page_size);
    check_.Number("limits.mapping_threads", limits.mapping_threads(), 1, 1024,
                  &settings_.mapping_threads);
    check_.Number("limits.grpc_bytes", limits.grpc_bytes(), kMiB, 65536 * kMiB,
                  &settings_.grpc_bytes);
    check_.Duration("limits.mapping_timeout", limits.mapping_timeout(), absl::Milliseconds(10),
                    absl::Minutes(10), &settings_.mapping_timeout);
    check_.Duration("limits.drain_timeout", limits.drain_timeout(), absl::ZeroDuration(),
                    absl::Hours(1), &settings_.drain_timeout);
  }

  void ReadLogging() {
    const std::string& format = config_.logging().format();
    if (!format.empty()) check_.OneOf("logging.format", format, {"text", "json"});
    settings_.log_json = format == "json";
    const std::string& level = config_.logging().level();
    if (!level.empty() && !ParseLogLevel(level, &settings_.log_level).ok()) {
      check_.OneOf("logging.level", level, {"debug", "info", "warning", "error"});
    }
  }

  void ReadPlugins() {
    for (const std::string& path : config_.plugins().paths()) {
      if (path.empty()) check_.Wrong("plugins.paths", "must not hold an empty path");
      settings_.plugin_paths.push_back(path);
    }
    if (settings_.plugin_paths.empty()) settings_.plugin_paths = {"plugins"};
    settings_.mappers = ReadMappers(config_, check_);
  }

  void ReadCallers() {
    std::set<std::string> names;
    for (int i = 0; i < config_.callers_size(); ++i) {
      const pb::Caller& caller = config_.callers(i);
      const std::string path = StrCat("callers[", i, "]");
      Required(path + ".name", caller.name());
      if (!names.insert(caller.name()).second) {
        check_.Wrong(path + ".name", "another caller has this name");
      }
      if (caller.tenants().empty()) check_.Wrong(path + ".tenants", kNeedsNames);
      if (caller.sources().empty()) check_.Wrong(path + ".sources", kNeedsNames);
      if (caller.grants().empty()) check_.Wrong(path + ".grants", "must name at least one right");
      access::Caller made{.name = caller.name(),
                          .tenants = {caller.tenants().begin(), caller.tenants().end()},
                          .sources = {caller.sources().begin(), caller.sources().end()},
                          .grants = {}};
      for (int j = 0; j < caller.grants_size(); ++j) {
        const auto grant = access::GrantNamed(caller.grants(j));
        if (grant.has_value()) {
          made.grants.push_back(*grant);
        } else {
          check_.OneOf(StrCat(path, ".grants[", j, "]"), caller.grants(j),
                       {"submit", "read", "bodies", "operate"});
        }
      }
      settings_.callers.push_back(std::move(made));
    }
    if (!settings_.development && settings_.callers.empty()) {
      check_.Wrong("callers", "missing: nobody could call");
    }
  }

  void ReadDestinations() {
    std::set<std::string> names;
    for (int i = 0; i < config_.destinations_size(); ++i) {
      const std::string path = StrCat("destinations[", i, "]");
      DestinationSettings made = Destination(path, config_.destinations(i));
      if (!names.insert(made.route.name).second) {
        check_.Wrong(path + ".name", "another destination has this name");
      }
      settings_.destinations.push_back(std::move(made));
    }
  }

  privacy::Route Route(const std::string& path, const pb::Destination& from) {
    check_.Name(path + ".name", from.name());
    check_.OneOf(path + ".purpose", from.purpose(), Purposes());
    for (int i = 0; i < from.record_types_size(); ++i) {
      check_.OneOf(StrCat(path, ".record_types[", i, "]"), from.record_types(i),
                   record::TypeNames());
    }
    return {.name = from.name(),
            .record_types = {from.record_types().begin(), from.record_types().end()},
            .tenants = {from.tenants().begin(), from.tenants().end()},
            .purpose = from.purpose(),
            .production = from.production()};
  }

  DestinationSettings Destination(const std::string& path, const pb::Destination& from) {
    DestinationSettings made;
    made.route = Route(path, from);
    made.plugin = from.plugin();
    check_.Name(path + ".plugin", made.plugin);
    made.url = from.url();
    check_.Url(path + ".url", made.url, settings_.development);
    if (!from.people().empty()) made.people = from.people();
    check_.OneOf(path + ".people", made.people, {"link", "create"});
    check_.Number(path + ".in_flight", from.in_flight(), 1, 256, &made.in_flight);
    check_.Duration(path + ".timeout", from.timeout(), absl::Milliseconds(100), absl::Hours(1),
                    &made.timeout);
    ReadSecretOf(path, from, &made);
    made.tls = Tls(from.tls());
    if (made.tls.certificate.empty() != made.tls.private_key.empty()) {
      check_.Wrong(path + ".tls", "expected certificate and private_key together");
    }
    if (!made.tls.client_ca.empty()) {
      check_.Wrong(path + ".tls.client_ca",
                   "not used here: the far side's certificate is checked against server_ca");
    }
    made.server_ca = from.server_ca();
    made.settings = check_.Values(path + ".settings", from.settings());
    check_.Duration(path + ".backoff.initial", from.backoff().initial(), absl::Milliseconds(10),
                    absl::Hours(1), &made.backoff_initial);
    check_.Duration(path + ".backoff.maximum", from.backoff().maximum(), absl::Milliseconds(10),
                    absl::Hours(24), &made.backoff_maximum);
    if (made.backoff_maximum < made.backoff_initial) {
      check_.Wrong(path + ".backoff.maximum", "expected at least backoff.initial");
    }
    return made;
  }

  void ReadSecretOf(const std::string& path, const pb::Destination& from,
                    DestinationSettings* made) {
    if (!from.has_bearer_token()) return;
    made->secret_file = from.bearer_token().file();
    made->secret_environment = from.bearer_token().environment();
    if (made->secret_file.empty() == made->secret_environment.empty()) {
      check_.Wrong(path + ".bearer_token",
                   "expected either file, or environment with the name of a variable");
    }
  }

  static TlsFiles Tls(const pb::Tls& tls) {
    return {tls.certificate(), tls.private_key(), tls.client_ca()};
  }

  void Required(const std::string& path, const std::string& value) {
    if (value.empty()) check_.Wrong(path, "missing");
  }

  static constexpr char kNeedsNames[] = "must name at least one, or \"*\" for all";

  const pb::Config& config_;
  Checker check_;
  Settings settings_;
};

}  // namespace

Settings Understand(const pb::Config& config, std::vector<Problem>* problems) {
  return Reader(config, problems).Read();
}

uint64_t AdmissionBytesOfCaller(const Settings& settings) {
  return std::max(settings.admission_bytes / 100 * settings.admission_percent_per_caller,
                  settings.limits.max_bytes + intake::AdmissionBudget::kOverhead);
}

std::vector<std::string> NeedsRestart(const Settings& from, const Settings& to) {
  std::vector<std::string> paths;
  auto note = [&paths](bool same, const char* path) {
    if (!same) paths.emplace_back(path);
  };
  note(from.development == to.development, "development");
  note(from.grpc_listen == to.grpc_listen, "grpc.listen");
  note(from.http_listen == to.http_listen, "http.listen");
  note(from.store_path == to.store_path, "store.path");
  note(to.limits.max_bytes <= from.limits.max_bytes, "limits.message_bytes");
  note(from.admission_bytes == to.admission_bytes, "limits.admission_bytes");
  note(from.mapping_threads == to.mapping_threads, "limits.mapping_threads");
  note(from.grpc_bytes == to.grpc_bytes, "limits.grpc_bytes");
  note(from.log_json == to.log_json, "logging.format");
  note(from.plugin_paths == to.plugin_paths, "plugins.paths");
  note(from.mappers == to.mappers,
       from.mappers.size() == 1 && to.mappers.size() == 1 ? "mapper" : "mappers");
  return paths;
}

void KeepWhatNeedsRestart(const Settings& from, Settings* to) {
  if (to->development != from.development) to->tls = from.tls;
  to->development = from.development;
  to->grpc_listen = from.grpc_listen;
  to->http_listen = from.http_listen;
  to->store_path = from.store_path;
  to->limits.max_bytes = std::min(to->limits.max_bytes, from.limits.max_bytes);
  to->admission_bytes = from.admission_bytes;
  to->mapping_threads = from.mapping_threads;
  to->grpc_bytes = from.grpc_bytes;
  to->log_json = from.log_json;
  to->plugin_paths = from.plugin_paths;
  to->mappers = from.mappers;
}

}  // namespace kgw::main
