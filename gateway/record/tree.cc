#include "gateway/record/tree.h"

#include <algorithm>

#include "gateway/base/strings.h"

namespace kgw::record {
namespace {

// Position among the entries of its field in its message.
size_t PositionOf(const Tree& tree, const Entry& entry) {
  const Entry& parent = tree.entries[entry.parent];
  size_t position = 0;
  for (const Entry* at = &tree.entries[parent.first]; at != &entry; ++at) {
    position += at->field == entry.field ? 1 : 0;
  }
  return position;
}

}  // namespace

std::string PathOf(const Tree& tree, const Entry& entry, std::string_view below) {
  std::vector<std::string> steps;
  for (const Entry* at = &entry; at->field != nullptr; at = &tree.entries[at->parent]) {
    steps.push_back(at->field->repeated
                        ? StrCat(at->field->json_name, "[", PositionOf(tree, *at), "]")
                        : at->field->json_name);
  }
  std::string path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    StrAppend(&path, path.empty() ? "" : ".", *step);
  }
  if (!below.empty()) {
    StrAppend(&path, path.empty() ? "" : ".", below);
  }
  return path;
}

const Entry* Node::Find(int number) const {
  const Field* field = message().Find(static_cast<uint32_t>(number));
  if (field == nullptr || (entry_->present >> field->index & 1) == 0) {
    return nullptr;
  }
  const Entry* begin = &tree_->entries[entry_->first];
  return std::find_if(begin, begin + entry_->count,
                      [field](const Entry& e) { return e.field == field; });
}

std::string_view Node::Text(int number) const {
  const Entry* entry = Find(number);
  return entry == nullptr ? std::string_view() : entry->text();
}

int64_t Node::Number(int number, int64_t otherwise) const {
  const Entry* entry = Find(number);
  return entry == nullptr ? otherwise : entry->number;
}

std::vector<Node> Node::All(int number) const {
  std::vector<Node> found;
  const Entry* first = Find(number);
  if (first == nullptr) {
    return found;
  }
  const Entry* end = &tree_->entries[entry_->first] + entry_->count;
  for (const Entry* at = first; at != end && at->field == first->field; ++at) {
    found.emplace_back(*tree_, *at);
  }
  return found;
}

}  // namespace kgw::record
