#include "gateway/record/checks.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "gateway/base/strings.h"
#include "gateway/record/forms.h"
#include "gateway/record/text_scan.h"

namespace kgw::record {
namespace {

// A part's own id, or a place that names a part.
struct PartName {
  const Message* part;
  std::string_view id;
  const Entry* entry;

  friend bool operator<(const PartName& a, const PartName& b) {
    return std::tie(a.part->index, a.id) < std::tie(b.part->index, b.id);
  }
};

bool SamePart(const PartName& a, const PartName& b) { return a.part == b.part && a.id == b.id; }

class FieldChecker {
 public:
  FieldChecker(const Tree& tree, Findings& findings, std::vector<Mention>& mentions)
      : tree_(tree), findings_(findings), mentions_(mentions) {}

  void Run() {
    for (const Entry& entry : tree_.entries) {
      if (findings_.full()) {
        return;
      }
      if (entry.field == nullptr || entry.field->kind == FieldKind::kMessage) {
        CheckMessage(entry);
      } else {
        CheckValue(entry);
      }
    }
    CheckParts();
  }

 private:
  void Error(std::string_view code, const Entry& entry, std::string text) {
    findings_.Error(code, PathOf(tree_, entry), std::move(text));
  }

  void CheckMessage(const Entry& entry) {
    const Message& table = Node(tree_, entry).message();
    for (uint64_t missing = table.required & ~entry.present; missing != 0; missing &= missing - 1) {
      const Field& field = table.fields[static_cast<size_t>(std::countr_zero(missing))];
      NoteNameless(field, table);
      findings_.Error("required", PathOf(tree_, entry, field.json_name), "is missing");
    }
    for (size_t i = 0; i < table.oneofs.size(); ++i) {
      if ((entry.present & table.oneofs[i]) == 0) {
        findings_.Error("required", PathOf(tree_, entry), OneofText(table, i));
      }
    }
    for (uint8_t index : table.with_min_items) {
      CheckMinItems(entry, table.fields[index]);
    }
    CheckMaxItems(entry);
  }

  static std::string OneofText(const Message& table, size_t oneof) {
    std::string text = "needs one of";
    for (const Field& field : table.fields) {
      if (field.oneof == static_cast<int>(oneof)) {
        StrAppend(&text, " ", field.json_name);
      }
    }
    return text;
  }

  void CheckMinItems(const Entry& entry, const Field& field) {
    const size_t count = Node(tree_, entry).All(field.number).size();
    if (count < field.min_items) {
      findings_.Error("required", PathOf(tree_, entry, field.json_name),
                      StrCat("needs at least ", field.min_items, " entries"));
    }
  }

  void CheckMaxItems(const Entry& entry) {
    const Entry* at = tree_.entries.data() + entry.first;
    const Entry* end = at + entry.count;
    while (at != end) {
      const Field* field = at->field;
      const Entry* begin = at;
      while (at != end && at->field == field) {
        ++at;
      }
      if (static_cast<size_t>(at - begin) > field->max_items) {
        findings_.Error("structure", PathOf(tree_, entry, field->json_name),
                        StrCat("has more than ", field->max_items, " entries"));
      }
    }
  }

  void CheckValue(const Entry& entry) {
    const Field& field = *entry.field;
    switch (field.kind) {
      case FieldKind::kText:
        CheckText(field, entry);
        break;
      case FieldKind::kEnum:
        CheckEnum(field, entry);
        break;
      case FieldKind::kBool:
        if (field.only_true && entry.number == 0) {
          Error("value", entry, "can only be true; leave it out otherwise");
        }
        break;
      default:
        if (entry.number < field.min || entry.number > field.max) {
          Error("value", entry, RangeText(field));
        }
    }
  }

  static std::string RangeText(const Field& field) {
    if (field.max == INT64_MAX) {
      return StrCat("must be at least ", field.min);
    }
    return StrCat("must be between ", field.min, " and ", field.max);
  }

  void CheckEnum(const Field& field, const Entry& entry) {
    const auto number = static_cast<size_t>(entry.number);
    if (entry.number == 0) {
      Error("value", entry, "is unspecified; leave it out, or say which");
    } else if (entry.number < 0 || number >= field.enum_names.size() ||
               field.enum_names[number].empty()) {
      Error("value", entry, "is none of the values this version knows");
    }
  }

  void CheckText(const Field& field, const Entry& entry) {
    if (!IsTextRight(field, entry)) {
      NoteNameless(field, Node(tree_, tree_.entries[entry.parent]).message());
      return;
    }
    if (field.form == kap::v1::FORM_DECIMAL) {
      CheckDecimal(field, entry);
    }
    NoteName(field, entry);
  }

  bool IsTextRight(const Field& field, const Entry& entry) {
    const std::string_view text = entry.text();
    if (field.form != kap::v1::FORM_UNSPECIFIED) {
      if (!HasForm(text, field.form)) {
        Error("value", entry, StrCat("must be ", DescriptionOf(field.form)));
        return false;
      }
    } else if (text.empty()) {
      Error("value", entry, "is empty; leave it out");
      return false;
    } else if (!entry.plain && HasControlCharacter(text, true)) {
      Error("value", entry, "holds control characters");
      return false;
    }
    if (text.size() > field.max_length) {
      Error("too-long", entry, StrCat("is longer than ", field.max_length, " bytes"));
      return false;
    }
    return true;
  }

  void CheckDecimal(const Field& field, const Entry& entry) {
    const Decimal value = ParseDecimal(entry.text()).value_or(Decimal{});
    if ((field.has_decimal_min && Compare(value, field.decimal_min) < 0) ||
        (field.has_decimal_max && Compare(value, field.decimal_max) > 0)) {
      Error("value", entry, "is out of range");
    }
  }

  void NoteName(const Field& field, const Entry& entry) {
    if (field.part_id) {
      own_.push_back({tree_.entries[entry.parent].field->message, entry.text(), &entry});
    } else if (field.part_type != nullptr) {
      named_.push_back({field.part_type, entry.text(), &entry});
    } else if (!field.record_type.empty()) {
      mentions_.push_back({field.record_type, &entry});
    }
  }

  void NoteNameless(const Field& field, const Message& part) {
    if (field.part_id && !IsNameless(part)) {
      nameless_.push_back(&part);
    }
  }

  bool IsNameless(const Message& part) const {
    return std::find(nameless_.begin(), nameless_.end(), &part) != nameless_.end();
  }

  bool NamesItself(const PartName& name) const {
    const Entry& parent = tree_.entries[name.entry->parent];
    const Entry* child = tree_.entries.data() + parent.first;
    return parent.field != nullptr && parent.field->message == name.part &&
           std::any_of(child, child + parent.count, [&](const Entry& entry) {
             return entry.field->part_id && entry.text() == name.id;
           });
  }

  void CheckParts() {
    std::stable_sort(own_.begin(), own_.end());
    for (size_t i = 1; i < own_.size(); ++i) {
      if (SamePart(own_[i - 1], own_[i])) {
        Error("invariant", *own_[i].entry, "another part of this kind has the same id");
      }
    }
    for (const PartName& name : named_) {
      if (NamesItself(name)) {
        Error("invariant", *name.entry, "names the part itself");
      } else if (!std::binary_search(own_.begin(), own_.end(), name) && !IsNameless(*name.part)) {
        Error("invariant", *name.entry,
              StrCat("names a part (", name.part->name, ") that is not in this record"));
      }
    }
  }

  const Tree& tree_;
  Findings& findings_;
  std::vector<Mention>& mentions_;
  std::vector<PartName> own_;
  std::vector<PartName> named_;
  // Kinds of which a part has no usable id: who names a part that is not there may mean that one.
  std::vector<const Message*> nameless_;
};

}  // namespace

void CheckFields(const Tree& tree, Findings& findings, std::vector<Mention>& mentions) {
  FieldChecker(tree, findings, mentions).Run();
}

}  // namespace kgw::record
