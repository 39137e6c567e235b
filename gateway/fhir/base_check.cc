#include "gateway/fhir/base_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "gateway/base/json.h"
#include "gateway/base/json_scan.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check_types.h"
#include "gateway/fhir/definitions/r4_tables.h"

namespace kgw::fhir {
namespace {

using internal::JsonForm;

constexpr size_t kMaxIssues = 50;
constexpr int kMaxDepth = 100;

// Stands for the member resourceType, which R4's tables do not list.
constexpr r4::Element kResourceTypeMember{};

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

uint64_t SlotBit(const r4::Element& element) { return uint64_t{1} << element.slot; }

// Follows the events of one resource's text with a stack of open objects. Words of bits, one bit an
// element, remember what an object has had.
class Checker final : public json::EventHandler {
 public:
  Checker(std::string_view text, std::string_view expected_type, Findings& findings)
      : text_(text), expected_type_(expected_type), findings_(findings) {}

  bool Null(size_t) override;
  bool Bool(bool, size_t) override { return Scalar(JsonForm::kBoolean, {}); }
  bool Number(std::string_view text, size_t) override { return Scalar(JsonForm::kNumber, text); }
  bool String(std::string_view value, size_t offset) override;
  bool StartObject(size_t offset) override;
  bool Key(std::string_view name, size_t offset) override;
  bool EndObject() override;
  bool StartArray(size_t) override;
  bool EndArray() override;

 private:
  // An open object, and the member of it that is being read.
  struct Frame {
    const r4::Type* type;
    const r4::Element* element;  // null: unknown, its value is passed over
    uint64_t values;             // slots met under their own name
    uint64_t unders;             // slots met as "_name"
    uint64_t nulls;              // lists of primitives that hold a null
    uint32_t index;              // in the list being read
    uint16_t type_id;
    uint16_t binding;  // of a CodeableConcept or Coding: the value set it must come from
    bool bound;        // a coding of it does
    bool under;        // the member is "_name"
    bool in_list;
    bool empty;
    bool typed;  // resourceType was met
    // For each choice that was met, the member it was; garbage for the others.
    std::array<const r4::Element*, r4::kMaxChoices> choices;
  };

  Frame& Top() { return frames_[depth_ - 1]; }
  bool IsCoded(uint16_t type_id) const {
    return type_id == r4::kCodingType || type_id == r4::kCodeableConceptType;
  }

  bool Scalar(JsonForm form, std::string_view text);
  bool CheckListForm(const Frame& frame);
  bool CheckValue(Frame& frame, std::string_view value);
  bool CheckResourceType(Frame& frame, std::string_view value);
  bool CheckChoice(Frame& frame, const r4::Element& element);
  bool CheckExtension(const Frame& frame);
  bool CheckCodes(Frame& frame);
  bool CheckMissing(const Frame& frame);
  void KeepCoding(const Frame& frame, std::string_view value);
  void KeepReference(std::string_view value, size_t offset);
  bool IsUnescaped(std::string_view value) const {
    return value.data() >= text_.data() && value.data() < text_.data() + text_.size();
  }
  void Push(uint16_t type_id);
  bool Skip();
  void Advance();

  std::string Path(int depth, bool with_member) const;
  bool Add(const char* code, std::string path, std::string text);
  // Of the member being read.
  bool AddHere(const char* code, std::string text) {
    return Add(code, Path(depth_, true), std::move(text));
  }

  const std::string_view text_;
  const std::string_view expected_type_;
  Findings& findings_;
  int depth_ = 0;
  bool in_meta_ = false;  // the member of the resource that is being read is its meta
  int skipping_ = 0;      // open containers of a value that is passed over
  std::string coding_system_;
  std::string coding_code_;
  std::array<Frame, kMaxDepth + 1> frames_;
};

std::string Checker::Path(int depth, bool with_member) const {
  std::string path(depth > 0 ? Text(frames_[0].type->name) : expected_type_);
  for (int i = 0; i < depth; ++i) {
    const Frame& frame = frames_[i];
    if ((i == depth - 1 && !with_member) || frame.element == nullptr) break;
    if (frame.element == &kResourceTypeMember) {
      path += ".resourceType";
      break;
    }
    StrAppend(&path, ".", PathNameOf(*frame.element));
    if (frame.in_list) StrAppend(&path, "[", frame.index, "]");
  }
  return path;
}

bool Checker::Add(const char* code, std::string path, std::string text) {
  findings_.issues.push_back({Severity::kError, code, std::move(path), std::move(text)});
  return findings_.issues.size() < kMaxIssues;
}

void Checker::Advance() {
  if (depth_ > 0 && Top().in_list) ++Top().index;
}

bool Checker::Skip() {
  skipping_ = 1;
  return true;
}

void Checker::Push(uint16_t type_id) {
  uint16_t binding = r4::kNone;
  if (IsCoded(type_id) && depth_ > 0) {
    const Frame& parent = Top();
    binding = parent.type_id == r4::kCodeableConceptType ? parent.binding : parent.element->binding;
    if (type_id == r4::kCodingType && binding != r4::kNone) {
      coding_system_.clear();
      coding_code_.clear();
    }
  }
  Frame& frame = frames_[depth_++];
  frame.type = &r4::TypeOf(type_id);
  frame.element = nullptr;
  frame.values = frame.unders = frame.nulls = 0;
  frame.index = 0;
  frame.type_id = type_id;
  frame.binding = binding;
  frame.bound = frame.under = frame.in_list = frame.typed = false;
  frame.empty = true;
}

bool Checker::StartObject(size_t offset) {
  if (skipping_ > 0) return ++skipping_ > 0;
  uint16_t type_id = r4::kAnyResource;
  if (depth_ > 0) {
    Frame& frame = Top();
    if (frame.element == nullptr) return Skip();
    if (frame.element == &kResourceTypeMember) {
      return Skip() && AddHere("structure", "must be a JSON string");
    }
    type_id = frame.element->type;
    if (frame.under) type_id = r4::kElementType;
    if (r4::IsPrimitive(type_id)) {
      return Skip() && AddHere("structure",
                               StrCat("must be ", internal::Example(type_id), ", not an object"));
    }
    if (!CheckListForm(frame)) return false;
  }
  if (type_id == r4::kAnyResource) {
    const std::string_view name =
        depth_ == 0 ? expected_type_ : internal::PeekResourceType(text_, offset);
    type_id = r4::FindResource(name);
    if (type_id == r4::kNone) {
      return Skip() && AddHere("structure", "resourceType must name a resource of FHIR R4 (4.0.1)");
    }
  }
  Push(type_id);
  return true;
}

bool Checker::StartArray(size_t) {
  if (skipping_ > 0) return ++skipping_ > 0;
  if (depth_ == 0) {
    return Skip() && AddHere("structure", "a resource is a JSON object, not an array");
  }
  Frame& frame = Top();
  if (frame.element == nullptr) return Skip();
  if (frame.in_list) return Skip() && AddHere("structure", "must not be an array inside an array");
  if (!frame.element->list) {
    return Skip() && AddHere("structure", "must be a single value, not an array");
  }
  frame.in_list = true;
  frame.index = 0;
  return true;
}

bool Checker::EndArray() {
  if (skipping_ > 0) {
    if (--skipping_ == 0) Advance();
    return true;
  }
  Frame& frame = Top();
  frame.in_list = false;
  return frame.index > 0 ||
         AddHere("structure", "the array is empty: leave the element out instead");
}

// A repeating element must stand in an array even when there is only one.
bool Checker::CheckListForm(const Frame& frame) {
  return frame.in_list || !frame.element->list ||
         AddHere("structure", "must be an array, even with one value");
}

bool Checker::Key(std::string_view name, size_t offset) {
  if (skipping_ > 0) return true;
  if (depth_ == 1) {
    if (name == "id") findings_.spans.has_id = true;
    in_meta_ = name == "meta";
    if (in_meta_) findings_.spans.meta = offset;
  } else if (in_meta_ && depth_ == 2 && name == "security") {
    findings_.spans.has_security = true;
  }
  Frame& frame = Top();
  frame.empty = false;
  if (frame.type->resource && name == "resourceType") {
    frame.element = &kResourceTypeMember;
    frame.under = false;
    return true;
  }
  frame.under = !name.empty() && name[0] == '_';
  const r4::Element* element = r4::FindElement(*frame.type, frame.under ? name.substr(1) : name);
  if (element != nullptr && frame.under &&
      (!r4::IsPrimitive(element->type) || element->type == r4::kPlainText)) {
    element = nullptr;
  }
  frame.element = element;
  if (element == nullptr) {
    std::string path = Path(depth_, false);
    if (IsPlainName(name)) StrAppend(&path, ".", name);
    return Add("structure", std::move(path),
               StrCat("is not an element of ", r4::Text(frame.type->name),
                      " in FHIR R4 (4.0.1): remove it or use an extension"));
  }
  uint64_t& met = frame.under ? frame.unders : frame.values;
  if (element->choice != 0xFF && !CheckChoice(frame, *element)) return false;
  if ((met & SlotBit(*element)) != 0 && element->choice == 0xFF &&
      !AddHere("structure", "appears twice in one object")) {
    return false;
  }
  met |= SlotBit(*element);
  return true;
}

bool Checker::CheckChoice(Frame& frame, const r4::Element& element) {
  const r4::Element*& chosen = frame.choices[element.choice];
  const uint64_t slot = SlotBit(element);
  if (((frame.values | frame.unders) & slot) == 0) {
    chosen = &element;
    return true;
  }
  if (chosen != &element) {
    return AddHere("structure",
                   StrCat("only one of the types of ", PathNameOf(element), "[x] may be present"));
  }
  const bool twice = ((frame.under ? frame.unders : frame.values) & slot) != 0;
  return !twice || AddHere("structure", "appears twice in one object");
}

bool Checker::Null(size_t) {
  if (skipping_ > 0) return true;
  if (depth_ > 0 && Top().element == nullptr) return true;
  if (depth_ == 0 || !Top().in_list || !r4::IsPrimitive(Top().element->type)) {
    return AddHere("structure", "must not be null: leave the element out instead");
  }
  // Lists of primitives keep step with the list of their extensions by nulls.
  if (!Top().under) Top().nulls |= SlotBit(*Top().element);
  Advance();
  return true;
}

bool Checker::Scalar(JsonForm form, std::string_view text) {
  if (skipping_ > 0) return true;
  if (depth_ == 0) return AddHere("structure", "a resource is a JSON object");
  Frame& frame = Top();
  if (frame.element == nullptr) return true;
  if (frame.element == &kResourceTypeMember) return AddHere("structure", "must be a JSON string");
  const uint16_t type = frame.element->type;
  bool go_on = true;
  if (frame.under) {
    go_on = AddHere("structure", "beside a primitive, _name must be an object with extensions");
  } else if (!r4::IsPrimitive(type)) {
    go_on =
        AddHere("structure", StrCat("must be a JSON object of type ",
                                    type == r4::kAnyResource ? std::string_view("Resource")
                                                             : r4::Text(r4::TypeOf(type).name)));
  } else if (internal::FormOf(type) != form) {
    constexpr const char* kForms[] = {"string", "number", "true or false"};
    go_on = AddHere("structure", StrCat("must be written as a JSON ",
                                        kForms[static_cast<int>(internal::FormOf(type))]));
  } else {
    go_on = CheckListForm(frame) && (form == JsonForm::kBoolean || CheckValue(frame, text));
  }
  Advance();
  return go_on;
}

bool Checker::CheckValue(Frame& frame, std::string_view value) {
  const r4::Element& element = *frame.element;
  if (!internal::HasFormOf(element.type, value, !IsUnescaped(value))) {
    return AddHere("value", StrCat("must be ", internal::Example(element.type)));
  }
  if (element.binding == r4::kNone) return true;
  const r4::Binding& binding = r4::kBindings[element.binding];
  return r4::HasCode(binding, {}, value) ||
         AddHere("code-invalid", StrCat("must be a code of the value set ", r4::Text(binding.url)));
}

bool Checker::String(std::string_view value, size_t offset) {
  if (skipping_ == 0 && depth_ > 0) {
    Frame& frame = Top();
    if (frame.element == &kResourceTypeMember) return CheckResourceType(frame, value);
    if (frame.element != nullptr && !frame.under) {
      if (frame.type_id == r4::kReferenceType && NameOf(*frame.element) == "reference") {
        KeepReference(value, offset);
      } else if (frame.binding != r4::kNone && frame.type_id == r4::kCodingType) {
        KeepCoding(frame, value);
      }
    }
  }
  return Scalar(JsonForm::kString, value);
}

bool Checker::CheckResourceType(Frame& frame, std::string_view value) {
  if (frame.typed && !AddHere("structure", "appears twice in one object")) return false;
  frame.typed = true;
  return value == r4::Text(frame.type->name) ||
         AddHere("structure", StrCat("must be ", r4::Text(frame.type->name)));
}

void Checker::KeepReference(std::string_view value, size_t offset) {
  const size_t begin = offset + 1;
  if (IsUnescaped(value)) return findings_.spans.references.push_back({begin, value.size()});
  size_t end = begin;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  findings_.spans.references.push_back({begin, end - begin});
}

void Checker::KeepCoding(const Frame& frame, std::string_view value) {
  const std::string_view name = NameOf(*frame.element);
  if (name == "system") coding_system_ = value;
  if (name == "code") coding_code_ = value;
}

bool Checker::EndObject() {
  if (skipping_ > 0) {
    if (--skipping_ == 0) Advance();
    return true;
  }
  Frame& frame = Top();
  bool go_on = true;
  if (frame.empty) {
    go_on =
        Add("structure", Path(depth_, false), "the object is empty: leave the element out instead");
  } else if (!CheckMissing(frame) || !CheckCodes(frame)) {
    return false;
  } else if (frame.type_id == r4::kExtensionType) {
    go_on = CheckExtension(frame);
  }
  --depth_;
  Advance();
  return go_on;
}

bool Checker::CheckMissing(const Frame& frame) {
  if (frame.type->resource && !frame.typed &&
      !Add("required", StrCat(Path(depth_, false), ".resourceType"), "is required")) {
    return false;
  }
  uint64_t missing = frame.type->required & ~(frame.values | frame.unders);
  uint64_t bare_nulls = frame.nulls & ~frame.unders;
  if ((missing | bare_nulls) == 0) return true;
  const r4::Element* element = &r4::kElements[frame.type->first_element];
  for (; (missing | bare_nulls) != 0; ++element) {
    const uint64_t slot = SlotBit(*element);
    const bool absent = (missing & slot) != 0;
    if (!absent && (bare_nulls & slot) == 0) continue;
    missing &= ~slot;
    bare_nulls &= ~slot;
    std::string path = StrCat(Path(depth_, false), ".", PathNameOf(*element));
    if (!(absent ? Add("required", std::move(path),
                       StrCat("is required in ", r4::Text(frame.type->name)))
                 : Add("structure", std::move(path),
                       "a null in a list needs an extension in its place in the _name list"))) {
      return false;
    }
  }
  return true;
}

bool Checker::CheckCodes(Frame& frame) {
  if (frame.binding == r4::kNone) return true;
  const r4::Binding& binding = r4::kBindings[frame.binding];
  if (frame.type_id == r4::kCodingType) {
    const bool known = r4::HasCode(binding, coding_system_, coding_code_);
    Frame& parent = frames_[depth_ - 2];
    if (parent.type_id == r4::kCodeableConceptType) {
      parent.bound = parent.bound || known;
      return true;
    }
    frame.bound = known;
  }
  if (frame.bound) return true;
  // What only carries an extension says by it why there is no code.
  return frame.values == SlotBit(*r4::FindElement(*frame.type, "extension")) ||
         Add("code-invalid", Path(depth_, false),
             StrCat("must have a code of the value set ", r4::Text(binding.url)));
}

bool Checker::CheckExtension(const Frame& frame) {
  static const uint64_t nested = SlotBit(*r4::FindElement(*frame.type, "extension"));
  static const uint64_t value = SlotBit(*r4::FindElement(*frame.type, "valueString"));
  const bool has_nested = (frame.values & nested) != 0;
  const bool has_value = ((frame.values | frame.unders) & value) != 0;
  return has_nested != has_value ||
         Add("invariant", Path(depth_, false),
             "an extension has either a value or extensions inside, not both and not none");
}

// For what the scanner would not judge: malformed text and rare forms.
Findings CheckWithEveryRule(std::string_view text, std::string_view expected_type) {
  Findings findings;
  json::Limits limits;
  limits.max_depth = kMaxDepth;
  Checker checker(text, expected_type, findings);
  const absl::Status parsed = json::ParseEvents(text, checker, limits);
  if (absl::IsInvalidArgument(parsed)) {
    findings.issues.push_back(
        {Severity::kError, "structure", std::string(expected_type), std::string(parsed.message())});
  }
  return findings;
}

}  // namespace

Findings CheckBaseR4(std::string_view resource_json, std::string_view expected_type) {
  Findings findings;
  if (r4::FindResource(expected_type) == r4::kNone) {
    findings.issues.push_back(
        {Severity::kError, "structure", "resourceType", "is not a resource of FHIR R4 (4.0.1)"});
    return findings;
  }
  Checker checker(resource_json, expected_type, findings);
  if (json::ScanEvents(resource_json, checker, kMaxDepth) == json::Scan::kUnsure) {
    return CheckWithEveryRule(resource_json, expected_type);
  }
  return findings;
}

}  // namespace kgw::fhir
