#include "gateway/plugin/plugin_set.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/plugin/admission.h"
#include "gateway/plugin/in_process_connector.h"
#include "gateway/plugin/in_process_mapper.h"
#include "gateway/plugin/loader.h"

namespace kgw::plugin {
namespace {

namespace fs = std::filesystem;

// More folders than this are not looked at: they are not plug-ins then.
constexpr size_t kMaxListed = 256;

// Names come from the configuration and become part of a path.
bool IsPluginName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void Describe(const Manifest& manifest, PluginInfo* info) {
  info->id = manifest.id;
  info->version = manifest.version;
  info->license = manifest.license;
  info->sha256 = manifest.sha256;
  info->status = manifest.status;
  info->security_posture = manifest.security_posture;
  info->interfaces = manifest.interfaces;
  info->services = manifest.services;
  info->resource_types = manifest.resource_types;
}

void Refuse(const absl::Status& status, PluginInfo* info) {
  info->state = PluginState::kRefused;
  info->reason = std::string(Std(status.message()));
}

std::string ManifestPath(const std::string& folder, const std::string& name) {
  return StrCat(folder, "/", name, ".kgw.json");
}

std::string FindFolder(const std::vector<std::string>& paths, const std::string& name) {
  for (const std::string& path : paths) {
    const std::string folder = StrCat(path, "/", name);
    std::error_code error;
    if (fs::exists(ManifestPath(folder, name), error)) return folder;
  }
  return {};
}

}  // namespace

std::string_view KindOf(const PluginInfo& info) {
  const auto offers = [&info](std::string_view interface_id) {
    return std::find(info.interfaces.begin(), info.interfaces.end(), interface_id) !=
           info.interfaces.end();
  };
  if (offers(KGW_MAPPER)) return "mapper";
  return offers(KGW_CONNECTOR) ? "connector" : "";
}

PluginSet::PluginSet(PluginSetOptions options)
    : options_(std::move(options)),
      http_(std::make_shared<HttpEngine>()),
      cancel_(options_.cancel != nullptr ? options_.cancel
                                         : std::make_shared<std::atomic<bool>>(false)) {}

std::unique_ptr<PluginSet> PluginSet::Load(PluginSetOptions options) {
  std::unique_ptr<PluginSet> set(new PluginSet(std::move(options)));
  for (const std::string& name : set->options_.names) {
    if (!set->entries_.contains(name)) set->LoadOne(name);
  }
  set->FindOthers();
  return set;
}

void PluginSet::LoadOne(const std::string& name) {
  Entry& entry = entries_[name];
  entry.info.name = name;
  if (!IsPluginName(name)) {
    return Refuse(absl::InvalidArgumentError(
                      Refusal("plugin", "a name of lower-case letters, digits, _ and -", name)),
                  &entry.info);
  }
  entry.info.path = FindFolder(options_.paths, name);
  if (entry.info.path.empty()) {
    return Refuse(absl::NotFoundError(Refusal(
                      "plugin", StrCat(name, "/", name, ".kgw.json in one of plugins.paths"),
                      "no such file")),
                  &entry.info);
  }
  absl::StatusOr<Candidate> candidate = Admit(entry.info.path, name, options_.granted_services);
  if (!candidate.ok()) return Refuse(candidate.status(), &entry.info);
  Describe(candidate->manifest, &entry.info);
  absl::StatusOr<Library*> library =
      LoadLibrary(name, *std::move(candidate), options_.load_in_place);
  if (!library.ok()) return Refuse(library.status(), &entry.info);
  entry.library = *library;
  entry.info.state = PluginState::kLoaded;
}

void PluginSet::FindOthers() {
  for (const std::string& path : options_.paths) {
    std::error_code error;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      const std::string folder = at->path().string();
      if (entries_.size() >= kMaxListed) return;
      if (!IsPluginName(name) || entries_.contains(name)) continue;
      if (std::error_code none; !fs::exists(ManifestPath(folder, name), none)) continue;
      PluginInfo& info = entries_[name].info;
      info.name = name;
      info.path = folder;
      const absl::StatusOr<Candidate> candidate = Admit(folder, name, options_.granted_services);
      if (!candidate.ok()) {
        Refuse(candidate.status(), &info);
        continue;
      }
      info.state = PluginState::kAvailable;
      Describe(candidate->manifest, &info);
    }
  }
}

std::vector<PluginInfo> PluginSet::List() const {
  std::vector<PluginInfo> list;
  MutexLock lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    list.push_back(entry.info);
    if (entry.library == nullptr) continue;
    list.back().misuses = entry.library->misuses;
    const auto failure = failures_.find(name);
    if (failure != failures_.end()) list.back().reason = failure->second;
  }
  return list;
}

absl::StatusOr<std::unique_ptr<Instance>> PluginSet::MakeInstance(
    std::string_view name, std::string_view interface_id, std::string_view config_json,
    const ConnectorGrant& grant) const {
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.info.state == PluginState::kAvailable) {
    return absl::NotFoundError(StrCat("Plug-in ", name, " was not loaded at the start."));
  }
  const Entry& entry = found->second;
  if (entry.library == nullptr) {
    return absl::FailedPreconditionError(
        StrCat("Plug-in ", name, " was refused: ", entry.info.reason));
  }
  const std::vector<std::string>& interfaces = entry.info.interfaces;
  if (std::find(interfaces.begin(), interfaces.end(), interface_id) == interfaces.end()) {
    return absl::FailedPreconditionError(
        StrCat("Plug-in ", name, ": ", Refusal("interfaces", interface_id, interfaces.front())));
  }
  if ((interface_id == KGW_MAPPER && entry.library->mapper == nullptr) ||
      (interface_id == KGW_CONNECTOR && entry.library->connector == nullptr)) {
    return absl::FailedPreconditionError(
        StrCat("Plug-in ", name, ": its manifest has got ", interface_id,
               " since it was loaded; a restart of the gateway loads it anew."));
  }
  absl::StatusOr<std::unique_ptr<Instance>> made = Create(*entry.library, config_json, grant);
  MutexLock lock(mutex_);
  failures_[std::string(name)] = made.ok() ? "" : Std(made.status().message());
  return made;
}

absl::StatusOr<std::unique_ptr<Instance>> PluginSet::Create(Library& library,
                                                            std::string_view config_json,
                                                            const ConnectorGrant& grant) const {
  InstanceHost host;
  host.log = options_.log;
  host.observer = options_.observer;
  host.http = http_;
  host.cancel = cancel_;
  host.limits = options_.limits;
  host.guard_lent_bytes = options_.guard_lent_bytes;
  return Instance::Create(library, std::move(host), grant, config_json, options_.create_timeout);
}

std::vector<std::string> PluginSet::ResourceTypes() const {
  std::set<std::string> types;
  for (const auto& [name, entry] : entries_) {
    if (entry.info.state != PluginState::kLoaded) continue;
    types.insert(entry.info.resource_types.begin(), entry.info.resource_types.end());
  }
  return {types.begin(), types.end()};
}

absl::StatusOr<std::unique_ptr<Mapper>> PluginSet::MakeMapper(std::string_view name,
                                                              std::string_view config_json) const {
  absl::StatusOr<std::unique_ptr<Instance>> instance =
      MakeInstance(name, KGW_MAPPER, config_json, {});
  if (!instance.ok()) return instance.status();
  return std::make_unique<InProcessMapper>(*std::move(instance));
}

absl::StatusOr<std::unique_ptr<Connector>> PluginSet::MakeConnector(
    std::string_view name, std::string_view config_json, const ConnectorGrant& grant) const {
  absl::StatusOr<std::unique_ptr<Instance>> instance =
      MakeInstance(name, KGW_CONNECTOR, config_json, grant);
  if (!instance.ok()) return instance.status();
  return std::make_unique<InProcessConnector>(*std::move(instance));
}

void PluginSet::CancelCalls() { *cancel_ = true; }

}  // namespace kgw::plugin
