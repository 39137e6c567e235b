#include "gateway/access/access.h"

#include <algorithm>
#include <utility>

#include "gateway/base/strings.h"

namespace kgw::access {
namespace {

constexpr char kDevelopment[] = "development";

bool Holds(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](const std::string& each) { return each == "*" || each == name; });
}

// Names come from a request or a certificate: they are bounded and made printable before they go
// into an answer.
std::string Shown(std::string_view name) {
  constexpr size_t kLongest = 64;
  std::string shown(name.substr(0, kLongest));
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return shown;
}

absl::Status Denied(std::string_view caller, std::string_view missing) {
  return absl::PermissionDeniedError(StrCat("caller '", Shown(caller), "' ", missing,
                                            "; an operator can grant it under `callers` in "
                                            "the gateway's configuration"));
}

}  // namespace

Access::Access(std::vector<Caller> callers) {
  for (Caller& caller : callers) {
    std::string name = caller.name;
    callers_.insert_or_assign(std::move(name), std::move(caller));
  }
}

Access Access::Development() {
  Access access;
  access.everything_ = true;
  return access;
}

const Caller* Access::Find(std::string_view name) const {
  auto found = callers_.find(std::string(name));
  return found == callers_.end() ? nullptr : &found->second;
}

absl::StatusOr<std::string> Access::Identify(const Peer& peer) const {
  if (everything_) return std::string(kDevelopment);
  for (const auto* names : {&peer.dns_names, &peer.uris}) {
    for (const std::string& name : *names) {
      if (Find(name) != nullptr) return name;
    }
  }
  const bool has_alternative_name = !peer.dns_names.empty() || !peer.uris.empty();
  if (has_alternative_name) {
    const std::string& name = peer.dns_names.empty() ? peer.uris[0] : peer.dns_names[0];
    return Denied(name, "is not configured");
  }
  if (peer.common_name.empty()) {
    return absl::UnauthenticatedError(
        "no client certificate with a name: connect with a certificate of an authority the gateway "
        "trusts");
  }
  if (Find(peer.common_name) == nullptr) return Denied(peer.common_name, "is not configured");
  return peer.common_name;
}

absl::Status Access::CheckGrant(std::string_view caller, Grant grant) const {
  if (everything_) return absl::OkStatus();
  const Caller* found = Find(caller);
  if (found == nullptr) return Denied(caller, "is not configured");
  if (std::find(found->grants.begin(), found->grants.end(), grant) == found->grants.end()) {
    return Denied(caller, StrCat("lacks the right '", NameOf(grant), "'"));
  }
  return absl::OkStatus();
}

absl::Status Access::CheckTenant(std::string_view caller, Grant grant,
                                 std::string_view tenant) const {
  if (absl::Status status = CheckGrant(caller, grant); !status.ok()) return status;
  if (!MaySeeTenant(caller, tenant)) {
    return Denied(caller, StrCat("is not bound to tenant '", Shown(tenant), "'"));
  }
  return absl::OkStatus();
}

absl::Status Access::Check(std::string_view caller, Grant grant, std::string_view tenant,
                           std::string_view source) const {
  if (absl::Status status = CheckTenant(caller, grant, tenant); !status.ok()) return status;
  if (!MaySeeSource(caller, source)) {
    return Denied(caller, StrCat("is not bound to source '", Shown(source), "'"));
  }
  return absl::OkStatus();
}

bool Access::MaySeeTenant(std::string_view caller, std::string_view tenant) const {
  if (everything_) return true;
  const Caller* found = Find(caller);
  return found != nullptr && Holds(found->tenants, tenant);
}

bool Access::MaySeeSource(std::string_view caller, std::string_view source) const {
  if (everything_) return true;
  const Caller* found = Find(caller);
  return found != nullptr && Holds(found->sources, source);
}

}  // namespace kgw::access
