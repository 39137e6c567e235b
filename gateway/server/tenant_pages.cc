#include "gateway/server/tenant_pages.h"

#include <charconv>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"

namespace kgw::server {

absl::StatusOr<std::vector<std::string>> TenantsAsked(store::Store& store,
                                                      const intake::Rules& rules,
                                                      const std::string& caller,
                                                      const std::string& tenant) {
  if (!tenant.empty()) {
    absl::Status allowed = rules.access->CheckTenant(caller, access::Grant::kRead, tenant);
    if (!allowed.ok()) return allowed;
    return std::vector<std::string>{tenant};
  }
  absl::Status allowed = rules.access->CheckGrant(caller, access::Grant::kRead);
  if (!allowed.ok()) return allowed;
  absl::StatusOr<std::vector<std::string>> all = store.Tenants();
  if (!all.ok()) return all.status();
  std::erase_if(*all,
                [&](const std::string& each) { return !rules.access->MaySeeTenant(caller, each); });
  std::sort(all->begin(), all->end());
  return all;
}

// The form is SIZE:TENANT and the store's token: a tenant's name may hold any character.
absl::StatusOr<TenantToken> ParseTenantToken(std::string_view token) {
  if (token.empty()) return TenantToken{};
  size_t size = 0;
  const auto [colon, error] = std::from_chars(token.data(), token.data() + token.size(), size);
  const std::string_view rest = token.substr(static_cast<size_t>(colon - token.data()));
  if (error != std::errc() || rest.empty() || rest[0] != ':' || rest.size() - 1 < size) {
    return InvalidFields({{"page_token", "must be the next_page_token of the page before"}});
  }
  return TenantToken{std::string(rest.substr(1, size)), std::string(rest.substr(1 + size))};
}

std::string TenantTokenText(const TenantToken& token) {
  if (token.tenant.empty() && token.page.empty()) return "";
  return StrCat(token.tenant.size(), ":", token.tenant, token.page);
}

}  // namespace kgw::server
