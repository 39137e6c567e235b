#ifndef GATEWAY_DELIVERY_UNIT_JSON_H_
#define GATEWAY_DELIVERY_UNIT_JSON_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/store/unit.h"

namespace kgw::delivery {

// What earlier attempts have left of a delivery, by one reading of its journal. The unit must
// outlive it.
class OpenWork {
 public:
  explicit OpenWork(const store::Unit& unit);

  // The entries without a result so far, written and removed ones alike, by their references.
  const std::vector<std::string>& entries() const { return entries_; }
  // The body of application/vnd.kgw.delivery+json, as docs/plugin-authors/connector.md describes
  // it. Entries that an earlier attempt settled are left out, and where they lie stands in
  // `references`.
  std::string Json() const;

 private:
  void WriteEntries(const std::vector<store::Resource>& resources, std::string_view action,
                    json::Writer& writer) const;
  void WriteEntry(const store::Resource& resource, std::string_view action,
                  json::Writer& writer) const;
  void WriteReferences(json::Writer& writer) const;

  const store::Unit& unit_;
  std::map<std::string_view, const store::EntryResult*> settled_;
  std::set<std::string_view> intended_;
  std::vector<std::string> entries_;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_UNIT_JSON_H_
