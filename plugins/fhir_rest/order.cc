#include "order.h"

#include <map>
#include <string>

#include "references.h"

namespace kgw::fhir_rest {

std::vector<size_t> DependencyOrder(const std::vector<Entry>& entries) {
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < entries.size(); ++i) index[entries[i].ours] = i;
  std::vector<std::vector<size_t>> needs(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    for (const std::string& reference : LocalReferences(entries[i].resource)) {
      const auto found = index.find(reference);
      if (found != index.end() && found->second != i) needs[i].push_back(found->second);
    }
  }
  // Depth first with a stack of its own, since a unit may hold a long chain.
  enum class Mark : unsigned char { kNew, kOpen, kDone };
  std::vector<Mark> marks(entries.size(), Mark::kNew);
  std::vector<size_t> order;
  for (size_t start = 0; start < entries.size(); ++start) {
    std::vector<std::pair<size_t, size_t>> stack;  // an entry, and which need comes next
    if (marks[start] == Mark::kNew) stack.emplace_back(start, 0);
    while (!stack.empty()) {
      auto& [entry, next] = stack.back();
      marks[entry] = Mark::kOpen;
      if (next < needs[entry].size()) {
        const size_t need = needs[entry][next++];
        if (marks[need] == Mark::kNew) stack.emplace_back(need, 0);
        continue;
      }
      marks[entry] = Mark::kDone;
      order.push_back(entry);
      stack.pop_back();
    }
  }
  std::vector<size_t> sorted;
  for (const bool removals : {false, true}) {
    for (const size_t entry : order) {
      if (entries[entry].remove == removals) sorted.push_back(entry);
    }
  }
  return sorted;
}

}  // namespace kgw::fhir_rest
