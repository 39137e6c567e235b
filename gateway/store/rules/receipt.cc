#include "gateway/store/rules/receipt.h"

#include <charconv>

#include "gateway/base/sha256.h"
#include "gateway/base/strings.h"

namespace kgw::store {

std::string ReceiptOf(const RecordKey& key, const Sha256& content_hash) {
  Sha256Hasher hasher;
  hasher.UpdateField(key.name.tenant).UpdateField(key.name.source).UpdateField(key.name.type);
  hasher.UpdateField(key.name.id).UpdateField(StrCat(key.version));
  hasher.Update({reinterpret_cast<const char*>(content_hash.data()), content_hash.size()});
  return HexOf(hasher.Finish()).substr(0, 32);
}

int64_t OwnerPrefixOf(std::string_view resource_id) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-8xxx-";
  if (resource_id.size() != 36) return 0;
  std::string digits;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'x') {
      digits.push_back(resource_id[i]);
    } else if (resource_id[i] != kShape[i]) {
      return 0;
    }
  }
  int64_t prefix = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), prefix, 16);
  return end.ptr == digits.data() + digits.size() ? prefix : 0;
}

}  // namespace kgw::store
