#include "capability.h"

#include <time.h>

#include <algorithm>

#include "failure.h"
#include "link.h"
#include "outcome.h"
#include "url.h"

namespace kgw::fhir_rest {
namespace {

int64_t MonotonicNanos() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool Lists(const Json& interactions, std::string_view code) {
  for (const Json& interaction : interactions.items) {
    if (interaction.TextOf("code") == code) return true;
  }
  return false;
}

// A server that lists no parameters is taken to have those that R4 defines.
void ReadParameters(const Json& resource, TypeAbility& ability) {
  const std::vector<Json>& parameters = resource["searchParam"].items;
  auto has = [&](std::string_view name) {
    return std::ranges::any_of(parameters,
                               [&](const Json& one) { return one.TextOf("name") == name; });
  };
  const bool unlisted = parameters.empty();
  const bool in_r4 = resource.TextOf("type") != "AdverseEvent";
  ability.by_identifier = ability.search && (unlisted ? in_r4 : has("identifier"));
  if (!ability.search) return;
  if (unlisted || has("subject")) {
    ability.subject_parameter = "subject";
  } else if (has("patient")) {
    ability.subject_parameter = "patient";
  }
}

TypeAbility ReadType(const Json& resource) {
  const Json& interactions = resource["interaction"];
  TypeAbility ability;
  ability.create = Lists(interactions, "create");
  ability.read = Lists(interactions, "read");
  ability.update = Lists(interactions, "update");
  ability.remove = Lists(interactions, "delete");
  ability.search = Lists(interactions, "search-type");
  ability.update_create = resource["updateCreate"].is_true();
  ability.conditional_create = resource["conditionalCreate"].is_true();
  ability.versions = resource.TextOf("versioning") != "no-version";
  ReadParameters(resource, ability);
  return ability;
}

// What is written first, then who and what need only be found.
Json MissingTypes(const Capability& capability, const std::vector<std::string>& carried) {
  Json missing = Json::Array();
  for (const bool found_is_enough : {false, true}) {
    for (const std::string& type : carried) {
      if (MustBeFound(type) != found_is_enough) continue;
      const TypeAbility& ability = capability.Of(type);
      const bool taken = ability.create || ability.update || (found_is_enough && ability.search);
      if (!taken) missing.items.push_back(Json::Text(type));
    }
  }
  return missing;
}

}  // namespace

const TypeAbility& Capability::Of(std::string_view type) const {
  static const TypeAbility kNone;
  const auto found = types.find(type);
  return found == types.end() ? kNone : found->second;
}

Capability ReadCapability(const Json& statement) {
  if (statement.TextOf("resourceType") != "CapabilityStatement") {
    throw Failure(KGW_UNAVAILABLE, "unavailable",
                  "/metadata was expected to answer a CapabilityStatement in JSON.");
  }
  Capability capability;
  capability.software = statement["software"].TextOf("name");
  const std::string& version = statement["software"].TextOf("version");
  if (!version.empty()) capability.software += " " + version;
  capability.fhir_version = statement.TextOf("fhirVersion");
  for (const Json& rest : statement["rest"].items) {
    if (rest.TextOf("mode") == "client") continue;
    capability.transaction |= Lists(rest["interaction"], "transaction");
    for (const Json& resource : rest["resource"].items) {
      const std::string& type = resource.TextOf("type");
      if (!type.empty() && type.size() <= 64) capability.types[type] = ReadType(resource);
    }
  }
  return capability;
}

std::string ProbeReport(const Capability& capability, const std::vector<std::string>& carried) {
  Json report = Json::Object();
  report.Set("software", Json::Text(capability.software.substr(0, 256)));
  report.Set("fhir_version", Json::Text(capability.fhir_version.substr(0, 32)));
  report.Set("transaction", Json::Boolean(capability.transaction));
  Json& types = report.Set("types", Json::Array());
  for (const auto& [type, ability] : capability.types) {
    Json& line = types.items.emplace_back(Json::Object());
    line.Set("type", Json::Text(type));
    line.Set("create", Json::Boolean(ability.create));
    line.Set("update", Json::Boolean(ability.update));
    line.Set("update_create", Json::Boolean(ability.update_create));
    line.Set("conditional_create", Json::Boolean(ability.conditional_create));
    line.Set("search", Json::Boolean(ability.search));
  }
  if (!carried.empty()) report.Set("missing", MissingTypes(capability, carried));
  return WriteJson(report);
}

std::shared_ptr<const Capability> CapabilityCache::Get(Remote& remote) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (known_ != nullptr && MonotonicNanos() < good_until_ns_) return known_;
  }
  return Fetch(remote);
}

std::shared_ptr<const Capability> CapabilityCache::Fetch(Remote& remote) {
  const Answer answer = remote.Send("GET", "metadata", {{"Cache-Control", "no-cache"}});
  if (!answer.ok()) {
    Failure failure = FailureOf(answer);
    if (failure.error_class == "protocol") failure.error_class = "unavailable";
    // Without /metadata nothing is known about the delivery, so nothing can be its fault.
    if (failure.code != KGW_RESOURCE_EXHAUSTED && failure.code != KGW_FAILED_PRECONDITION) {
      failure.code = KGW_UNAVAILABLE;
    }
    failure.text = "/metadata: " + failure.text;
    throw failure;
  }
  auto capability = std::make_shared<Capability>(ReadCapability(answer.json()));
  if (remote.config().ids != Config::Ids::kAuto) {
    for (auto& [type, ability] : capability->types) {
      ability.update_create = remote.config().ids == Config::Ids::kOurs;
    }
  }
  std::lock_guard<std::mutex> lock(mutex_);
  known_ = capability;
  good_until_ns_ =
      MonotonicNanos() + int64_t{remote.config().metadata_minutes} * 60 * 1'000'000'000;
  return capability;
}

void CapabilityCache::Forget() {
  std::lock_guard<std::mutex> lock(mutex_);
  good_until_ns_ = 0;
}

void CapabilityCache::TransactionRefused() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (known_ == nullptr) return;
  auto changed = std::make_shared<Capability>(*known_);
  changed->transaction = false;
  known_ = std::move(changed);
}

}  // namespace kgw::fhir_rest
