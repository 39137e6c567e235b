#ifndef GATEWAY_RECORD_TREE_H_
#define GATEWAY_RECORD_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/schema.h"

namespace kgw::record {

// One value of a record. A message's children lie side by side in the tree, ordered by field number
// and, within a repeated field, as they were sent.
struct Entry {
  const Field* field = nullptr;  // null for the root
  union {
    const char* data = nullptr;  // text, or a message's bytes; belongs to who gave the bytes
    int64_t number;              // integers, booleans, enumerations
  };
  uint32_t size = 0;    // of the text or the message's bytes
  uint32_t parent = 0;  // entry of the message it stands in
  uint32_t first = 0;   // messages: the children
  uint32_t count = 0;
  uint64_t present = 0;  // messages: bit i says that fields[i] is there
  bool plain = false;    // texts: printable ASCII that JSON takes as it is

  std::string_view text() const { return {data, size}; }
};

// A decoded record as a flat list of entries; the root is the first. Refers to the bytes it was
// read from and must not outlive them.
struct Tree {
  std::vector<Entry> entries;
  size_t json_bound = 0;  // the JSON is no longer than this

  const Entry& root() const { return entries[0]; }
};

// Where an entry stands, e.g. "session.doses[1].totalMg"; empty for the root. With `below`, the
// path of that field of the entry. List positions count from 0. Only for errors: it searches.
std::string PathOf(const Tree& tree, const Entry& entry, std::string_view below = {});

// A message of a tree, for checks that know what they look at. Cheap to copy.
class Node {
 public:
  Node(const Tree& tree, const Entry& entry) : tree_(&tree), entry_(&entry) {}

  const Entry& entry() const { return *entry_; }
  const Tree& tree() const { return *tree_; }
  const Message& message() const {
    return entry_->field == nullptr ? RecordSchema() : *entry_->field->message;
  }
  std::string Path(std::string_view below = {}) const { return PathOf(*tree_, *entry_, below); }

  // By number, as generated: Dose::kUnitsFieldNumber. Null, empty or 0 where it is not there.
  const Entry* Find(int number) const;
  bool Has(int number) const { return Find(number) != nullptr; }
  std::string_view Text(int number) const;
  int64_t Number(int number, int64_t otherwise = 0) const;
  // The entries of a repeated field, or the one of a singular field.
  std::vector<Node> All(int number) const;

 private:
  const Tree* tree_;
  const Entry* entry_;
};

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_TREE_H_
