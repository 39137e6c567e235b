#include "gateway/store/rules/unit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/base/strings.h"

namespace kgw::store {
namespace {

// What is left to say about a resource whose body is damaged: a connector finds it by its place.
Resource Bare(const std::string& reference) {
  const size_t slash = reference.find('/');
  Resource resource;
  resource.role = reference.substr(0, slash);
  resource.id = reference.substr(slash + 1);
  resource.body =
      StrCat(R"({"resourceType":")", resource.role, R"(","id":")", resource.id, R"("})");
  return resource;
}

}  // namespace

std::vector<Resource> ResourcesFor(std::vector<Resource> resources, std::string_view destination) {
  const bool own = std::any_of(resources.begin(), resources.end(), [&](const Resource& resource) {
    return resource.destination == destination;
  });
  std::erase_if(resources, [&](const Resource& resource) {
    return resource.destination != (own ? destination : std::string_view());
  });
  return resources;
}

std::vector<Gone> AddOwnRemotes(const std::vector<RemoteEntry>& remotes, Unit* unit) {
  std::set<std::string> present;
  for (const Resource& resource : unit->resources) present.insert(resource.reference());
  std::set<std::string> journalled;
  for (const EntryResult& entry : unit->entries) journalled.insert(entry.resource);
  std::vector<Gone> gone;
  for (const RemoteEntry& remote : remotes) {
    const std::string& reference = remote.entry.resource;
    if (!remote.entry.remote.empty()) {
      unit->remotes[reference] = remote.entry;
    } else if (journalled.count(reference) == 0) {
      unit->entries.push_back(remote.entry);
    }
    if (present.count(reference) == 0 && remote.version < unit->key.record.version) {
      gone.push_back({reference, remote.version});
    }
  }
  return gone;
}

EarlierVersion EarlierVersionOf(std::vector<Resource> resources) {
  EarlierVersion earlier;
  for (Resource& resource : resources) {
    std::string reference = resource.reference();
    earlier.resources.emplace(std::move(reference), std::move(resource));
  }
  return earlier;
}

void AddWithdrawn(const std::string& reference, const EarlierVersion& earlier, Unit* unit) {
  if (earlier.damaged) {
    unit->withdrawn.push_back(Bare(reference));
    return;
  }
  const auto found = earlier.resources.find(reference);
  if (found != earlier.resources.end()) unit->withdrawn.push_back(found->second);
}

void AddReferencedRemotes(std::vector<RemoteEntry> remotes, Unit* unit) {
  for (RemoteEntry& remote : remotes) {
    if (remote.entry.remote.empty()) continue;
    std::string reference = remote.entry.resource;
    unit->remotes[std::move(reference)] = std::move(remote.entry);
  }
}

}  // namespace kgw::store
