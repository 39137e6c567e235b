#ifndef GATEWAY_STORE_RULES_UNIT_H_
#define GATEWAY_STORE_RULES_UNIT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/rules/journal.h"
#include "gateway/store/unit.h"

// How a claimed delivery's unit is put together from what lies in the store.
namespace kgw::store {

// What an earlier version placed, or perhaps placed, that this one does not hold.
struct Gone {
  std::string reference;  // "Observation/<id>"
  int64_t version = 0;    // that spoke of it last
};

// What a destination is given of a version's resources: those made for it alone where there are
// any, else everybody's.
std::vector<Resource> ResourcesFor(std::vector<Resource> resources, std::string_view destination);

// Adds what the record's versions have placed there to a unit that has its resources and its own
// journal; what is only intended may be there all the same, and is told as an entry. Answers what
// is gone.
std::vector<Gone> AddOwnRemotes(const std::vector<RemoteEntry>& remotes, Unit* unit);

// The resources of an earlier version, by "Type/id".
struct EarlierVersion {
  bool damaged = false;  // they cannot be read
  std::map<std::string, Resource> resources;
};
EarlierVersion EarlierVersionOf(std::vector<Resource> resources);  // those for the destination

// A version that had it no more has withdrawn it already. One that is damaged must not keep what
// came after it from going out: it is withdrawn once more, by its place alone.
void AddWithdrawn(const std::string& reference, const EarlierVersion& earlier, Unit* unit);

// Adds what a record that the unit's refers to has placed there.
void AddReferencedRemotes(std::vector<RemoteEntry> remotes, Unit* unit);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_UNIT_H_
