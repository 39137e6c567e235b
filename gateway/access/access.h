#ifndef GATEWAY_ACCESS_ACCESS_H_
#define GATEWAY_ACCESS_ACCESS_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/access/caller.h"

namespace kgw::access {

// Says who may do what. Whatever was not granted is denied. Immutable, so safe from any thread; a
// reload makes a new one, and calls that go on are checked against the newest.
class Access {
 public:
  explicit Access(std::vector<Caller> callers);
  // Every peer is the caller "development", who may do everything. Only for loopback.
  static Access Development();

  // The configured name of a peer: the first of its certificate's DNS names, then URIs, that is a
  // caller; its common name only where it has none of these. UNAUTHENTICATED without a certificate,
  // PERMISSION_DENIED for a certificate that names no caller.
  absl::StatusOr<std::string> Identify(const Peer& peer) const;

  // PERMISSION_DENIED says which right, tenant or source is missing.
  absl::Status Check(std::string_view caller, Grant grant, std::string_view tenant,
                     std::string_view source) const;
  // For calls that are about no source, or about no tenant either.
  absl::Status CheckTenant(std::string_view caller, Grant grant, std::string_view tenant) const;
  absl::Status CheckGrant(std::string_view caller, Grant grant) const;

  bool MaySeeTenant(std::string_view caller, std::string_view tenant) const;
  bool MaySeeSource(std::string_view caller, std::string_view source) const;

 private:
  Access() = default;
  const Caller* Find(std::string_view name) const;

  bool everything_ = false;
  std::unordered_map<std::string, Caller> callers_;
};

}  // namespace kgw::access

#endif  // GATEWAY_ACCESS_ACCESS_H_
