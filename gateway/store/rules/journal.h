#ifndef GATEWAY_STORE_RULES_JOURNAL_H_
#define GATEWAY_STORE_RULES_JOURNAL_H_

#include <cstdint>
#include <vector>

#include "gateway/store/store.h"

// What is known of each resource at a destination: a delivery's journal, and what its end carries
// over to where the record's next versions find it.
namespace kgw::store {

// Newer results replace older ones of the same resource; order of first appearance.
void MergeEntries(const std::vector<EntryResult>& newer, std::vector<EntryResult>* entries);

// A delivery's journal with newer results. An intent that is withdrawn leaves no line of this
// attempt; what an earlier one intended has been carried over by its end, and stays.
std::vector<EntryResult> MergedJournal(std::vector<EntryResult> journal,
                                       std::vector<EntryResult> newer);

// What lies at a destination, and which version of the record's deliveries put it there last.
struct RemoteEntry {
  EntryResult entry;
  int64_t version = 0;
};

// Adds what the journal of a version's delivery says. An answer that says where the resource is
// beats every other; an intent is kept until then, or until it has ended without leaving anything.
void MergeRemotes(const std::vector<EntryResult>& journal, int64_t version,
                  std::vector<RemoteEntry>* remotes);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_JOURNAL_H_
