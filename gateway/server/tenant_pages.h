#ifndef GATEWAY_SERVER_TENANT_PAGES_H_
#define GATEWAY_SERVER_TENANT_PAGES_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/access/access.h"
#include "gateway/intake/rules.h"
#include "gateway/store/store.h"

namespace kgw::server {

// The tenants a list is about: the one asked for, when the caller may read it; for an empty name
// all that the caller may see, sorted.
absl::StatusOr<std::vector<std::string>> TenantsAsked(store::Store& store,
                                                      const intake::Rules& rules,
                                                      const std::string& caller,
                                                      const std::string& tenant);

// A page token of a list over several tenants: which tenant, and the store's token within it.
struct TenantToken {
  std::string tenant;  // empty: the first
  std::string page;
};
// INVALID_ARGUMENT names page_token.
absl::StatusOr<TenantToken> ParseTenantToken(std::string_view token);
std::string TenantTokenText(const TenantToken& token);  // "" when both are empty

// One page of a list over tenants, each asked in turn for what is still wanted. No statement
// crosses two tenants. `list` takes a query and answers a store::Page.
template <typename Row, typename Query, typename List>
absl::StatusOr<store::Page<Row>> PageOverTenants(const std::vector<std::string>& tenants,
                                                 Query query, const List& list) {
  absl::StatusOr<TenantToken> from = ParseTenantToken(query.page);
  if (!from.ok()) return from.status();
  store::Page<Row> all;
  int left = query.limit;
  for (const std::string& tenant : tenants) {
    if (tenant < from->tenant) continue;
    if (left == 0) {
      all.next = TenantTokenText({tenant, ""});
      break;
    }
    query.tenant = tenant;
    query.page = tenant == from->tenant ? from->page : "";
    query.limit = left;
    absl::StatusOr<store::Page<Row>> page = list(query);
    if (!page.ok()) return page.status();
    left -= static_cast<int>(page->rows.size());
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(all.rows));
    if (!page->next.empty()) {
      all.next = TenantTokenText({tenant, page->next});
      break;
    }
  }
  return all;
}

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_TENANT_PAGES_H_
