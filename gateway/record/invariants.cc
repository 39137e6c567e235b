#include "gateway/record/invariants.h"

#include <map>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/record/times.h"

namespace kgw::record {
namespace {

using CheckFunction = void (*)(const Node&, Findings&);

// The check of each message, by its index in the schema; null where it has none.
class Register {
 public:
  Register() {
    for (std::span<const Invariant> group :
         {EnvelopeInvariants(), PeopleInvariants(), QuestionnaireInvariants(),
          ScreeningInvariants(), VisitInvariants(), SessionInvariants(), OutcomeInvariants()}) {
      for (const Invariant& invariant : group) {
        by_name_.emplace(invariant.message, invariant.check);
      }
    }
    Add(RecordSchema());
  }

  CheckFunction Of(const Message& message) const {
    return by_index_[static_cast<size_t>(message.index)];
  }

 private:
  void Add(const Message& message) {
    const auto at = static_cast<size_t>(message.index);
    by_index_.resize(std::max(by_index_.size(), at + 1));
    const auto found = by_name_.find(message.name);
    by_index_[at] = found == by_name_.end() ? nullptr : found->second;
    for (const Field& field : message.fields) {
      if (field.message != nullptr) {
        Add(*field.message);
      }
    }
  }

  std::map<std::string_view, CheckFunction> by_name_;
  std::vector<CheckFunction> by_index_;
};

}  // namespace

void CheckOrder(const Node& node, int start, int end, Findings& findings) {
  const Entry* first = node.Find(start);
  const Entry* second = node.Find(end);
  if (first == nullptr || second == nullptr) {
    return;
  }
  const auto begin = ParseDateTime(first->text());
  const auto close = ParseDateTime(second->text());
  if (begin && close && SurelyAfter(*begin, *close)) {
    findings.Error("invariant", PathOf(node.tree(), *second),
                   StrCat("lies before ", first->field->json_name));
  }
}

void CheckTogether(const Node& node, int one, int other, Findings& findings) {
  const Entry* first = node.Find(one);
  const Entry* second = node.Find(other);
  if ((first == nullptr) == (second == nullptr)) {
    return;
  }
  const Field* present = first != nullptr ? first->field : second->field;
  const Field* absent = node.message().Find(static_cast<uint32_t>(first != nullptr ? other : one));
  findings.Error("required", node.Path(absent->json_name),
                 StrCat("is missing beside ", present->json_name));
}

void CheckInvariants(const Tree& tree, Findings& findings) {
  static const Register* const checks = new Register();  // lives as long as the process
  for (const Entry& entry : tree.entries) {
    if (findings.full()) {
      return;
    }
    if (entry.field != nullptr && entry.field->kind != FieldKind::kMessage) {
      continue;
    }
    const Node node(tree, entry);
    if (CheckFunction check = checks->Of(node.message()); check != nullptr) {
      check(node, findings);
    }
  }
}

}  // namespace kgw::record
