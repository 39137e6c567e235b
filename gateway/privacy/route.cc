#include "gateway/privacy/route.h"

#include <algorithm>

namespace kgw::privacy {
namespace {

bool EmptyOrHolds(const std::vector<std::string>& list, std::string_view what) {
  return list.empty() || std::find(list.begin(), list.end(), what) != list.end();
}

}  // namespace

bool Route::TakesType(std::string_view record_type) const {
  return EmptyOrHolds(record_types, record_type);
}

bool Route::TakesTenant(std::string_view tenant) const { return EmptyOrHolds(tenants, tenant); }

bool Route::Takes(const RecordName& record) const {
  return TakesTenant(record.tenant) && TakesType(record.type);
}

}  // namespace kgw::privacy
