#ifndef GATEWAY_STORE_RULES_SHARES_H_
#define GATEWAY_STORE_RULES_SHARES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Who gets the places of a claim.
namespace kgw::store {

// Tenants take turns at being asked first; `turn` counts a destination's claims.
template <typename Tenant>
std::vector<Tenant> InTurn(std::vector<Tenant> tenants, uint64_t turn) {
  if (tenants.empty()) return tenants;
  const auto first = static_cast<int64_t>(turn % tenants.size());
  std::rotate(tenants.begin(), tenants.begin() + first, tenants.end());
  return tenants;
}

// A fair share of the places that are left, so that no tenant takes every one.
inline size_t ShareOf(size_t places, size_t tenants) {
  return std::max<size_t>(places / std::max<size_t>(tenants, 1), 1);
}

// How many of a tenant's places are kept for what has been tried before, so that neither that nor
// what is new starves the other: half, and of an odd place each has it in turn.
inline size_t PlacesForTried(size_t places, uint64_t turn, size_t tenants) {
  const bool first = (turn / std::max<size_t>(tenants, 1)) % 2 == 0;
  return (places + (first ? 1 : 0)) / 2;
}

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_SHARES_H_
