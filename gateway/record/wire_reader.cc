#include "gateway/record/wire_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/record/text_scan.h"

namespace kgw::record {
namespace {

constexpr size_t kMaxViolations = 20;
constexpr size_t kMaxEscapedByte = 6;  // \u001f
constexpr size_t kMaxNumberText = 23;  // a quoted 64-bit integer and a comma

enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5 };

// A cursor over bytes that stays inside them.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool done() const { return at_ == end_; }

  // A tag or a length: protobuf reads five bytes of them at most.
  bool Varint32(uint32_t& value) {
    const char* const begin = at_;
    uint64_t wide = 0;
    if (!Varint(wide) || at_ - begin > 5 || wide > std::numeric_limits<uint32_t>::max()) {
      return false;
    }
    value = static_cast<uint32_t>(wide);
    return true;
  }

  bool Varint(uint64_t& value) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    value = 0;
    for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift == 63 && byte > 1) {
        return false;
      }
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return true;
      }
    }
    return false;
  }

  bool Delimited(std::string_view& bytes) {
    uint32_t size = 0;
    return Varint32(size) && Bytes(size, bytes);
  }

  bool Bytes(uint64_t size, std::string_view& bytes) {
    if (size > static_cast<uint64_t>(end_ - at_)) {
      return false;
    }
    bytes = {at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }

  // Steps over a value whose field is wrong, so that more can be said about the rest.
  bool Skip(uint32_t wire_type) {
    uint64_t value = 0;
    std::string_view bytes;
    switch (wire_type) {
      case kVarint:
        return Varint(value);
      case kFixed64:
        return Bytes(8, bytes);
      case kDelimited:
        return Delimited(bytes);
      case kFixed32:
        return Bytes(4, bytes);
      default:
        return false;  // groups have no place in proto3
    }
  }

 private:
  const char* at_;
  const char* end_;
};

class WireReader {
 public:
  explicit WireReader(const Limits& limits) : limits_(limits) {}

  absl::StatusOr<Tree> Read(std::string_view bytes) {
    tree_.entries.reserve(std::min<size_t>(bytes.size() / 8 + 16, 4096));
    Entry& root = tree_.entries.emplace_back();
    root.data = bytes.data();
    root.size = static_cast<uint32_t>(bytes.size());
    tree_.json_bound = 2;
    // Messages are read in the order in which they were found, so nothing recurses. A message's
    // depth is its parent's plus one; parents come first.
    std::vector<std::pair<uint32_t, int>> waiting = {{0, 1}};
    for (size_t i = 0; i < waiting.size() && !stopped_; ++i) {
      const auto [message, depth] = waiting[i];
      if (depth > limits_.max_depth) {
        Violation(message, "", StrCat("nested deeper than ", limits_.max_depth));
        break;
      }
      ReadMessage(message);
      const Entry& read = tree_.entries[message];
      for (uint32_t child = read.first; child < read.first + read.count; ++child) {
        if (tree_.entries[child].field->kind == FieldKind::kMessage) {
          waiting.emplace_back(child, depth + 1);
        }
      }
    }
    if (!violations_.empty()) {
      return InvalidFields(violations_);
    }
    return std::move(tree_);
  }

 private:
  const Message& TableOf(uint32_t message) const {
    const Field* field = tree_.entries[message].field;
    return field == nullptr ? RecordSchema() : *field->message;
  }

  void ReadMessage(uint32_t message) {
    const auto first = static_cast<uint32_t>(tree_.entries.size());
    tree_.entries[message].first = first;
    counts_.fill(0);
    Cursor cursor(tree_.entries[message].text());
    bool sorted = true;
    int last_number = 0;
    while (!cursor.done() && !stopped_) {
      uint32_t tag = 0;
      if (!cursor.Varint32(tag) || tag >> 3 == 0) {
        Stop(message, "", "the bytes are not a message");
        break;
      }
      const auto number = static_cast<uint32_t>(tag >> 3);
      const auto wire_type = static_cast<uint32_t>(tag & 7);
      const Field* field = TableOf(message).Find(number);
      if (field == nullptr) {
        Violation(message, "", StrCat("field number ", number, " is unknown"));
        SkipValue(message, cursor, wire_type);
        continue;
      }
      sorted = sorted && field->number >= last_number;
      last_number = field->number;
      ReadField(message, *field, wire_type, cursor);
    }
    Finish(message, sorted);
  }

  void Finish(uint32_t message, bool sorted) {
    Entry& entry = tree_.entries[message];
    entry.count = static_cast<uint32_t>(tree_.entries.size()) - entry.first;
    if (!sorted) {
      std::stable_sort(
          tree_.entries.begin() + entry.first, tree_.entries.end(),
          [](const Entry& a, const Entry& b) { return a.field->number < b.field->number; });
    }
  }

  void SkipValue(uint32_t message, Cursor& cursor, uint32_t wire_type) {
    if (!cursor.Skip(wire_type)) {
      Stop(message, "", "the bytes are not a message");
    }
  }

  void ReadField(uint32_t message, const Field& field, uint32_t wire_type, Cursor& cursor) {
    const bool is_delimited = field.kind == FieldKind::kText || field.kind == FieldKind::kMessage;
    if (is_delimited && wire_type == kDelimited) {
      ReadDelimited(message, field, cursor);
    } else if (!is_delimited && wire_type == kVarint) {
      uint64_t value = 0;
      if (!cursor.Varint(value)) {
        Stop(message, field.json_name, "the bytes end inside a number");
        return;
      }
      AddNumber(message, field, value);
    } else if (!is_delimited && field.repeated && wire_type == kDelimited) {
      ReadPacked(message, field, cursor);
    } else {
      Violation(message, field.json_name, "has the wrong wire type");
      SkipValue(message, cursor, wire_type);
    }
  }

  void ReadDelimited(uint32_t message, const Field& field, Cursor& cursor) {
    std::string_view bytes;
    if (!cursor.Delimited(bytes)) {
      Stop(message, field.json_name, "is longer than the bytes");
      return;
    }
    Entry* entry = Add(message, field);
    if (entry == nullptr) {
      return;
    }
    entry->data = bytes.data();
    entry->size = static_cast<uint32_t>(bytes.size());
    tree_.json_bound += 3;  // braces or quotes, and a comma
    if (field.kind == FieldKind::kMessage) {
      return;
    }
    const TextKind kind = ScanText(bytes);
    entry->plain = kind == TextKind::kPlain;
    tree_.json_bound += entry->plain ? bytes.size() : kMaxEscapedByte * bytes.size();
    if (kind == TextKind::kNotUtf8) {
      Violation(message, field.json_name, "is not valid UTF-8");
    }
  }

  void ReadPacked(uint32_t message, const Field& field, Cursor& cursor) {
    std::string_view bytes;
    if (!cursor.Delimited(bytes)) {
      Stop(message, field.json_name, "is longer than the bytes");
      return;
    }
    Cursor packed(bytes);
    while (!packed.done() && !stopped_) {
      uint64_t value = 0;
      if (!packed.Varint(value)) {
        Stop(message, field.json_name, "the bytes end inside a number");
        return;
      }
      AddNumber(message, field, value);
    }
  }

  void AddNumber(uint32_t message, const Field& field, uint64_t value) {
    Entry* entry = Add(message, field);
    if (entry == nullptr) {
      return;
    }
    const auto number = static_cast<int64_t>(value);
    entry->number = number;
    tree_.json_bound += kMaxNumberText;
    const bool fits_int32 = number >= std::numeric_limits<int32_t>::min() &&
                            number <= std::numeric_limits<int32_t>::max();
    if (field.kind == FieldKind::kBool && value > 1) {
      Violation(message, field.json_name, "is neither true nor false");
    } else if ((field.kind == FieldKind::kInt32 || field.kind == FieldKind::kEnum) && !fits_int32) {
      Violation(message, field.json_name, "is not an integer of 32 bits");
    } else if (field.kind == FieldKind::kEnum && number >= 0 &&
               static_cast<size_t>(number) < field.enum_names.size()) {
      tree_.json_bound += field.enum_names[static_cast<size_t>(number)].size();
    }
  }

  // Null when the entry is one too many; then the reader has stopped or said so.
  Entry* Add(uint32_t message, const Field& field) {
    if (!CountsAreWithinLimits(message, field)) {
      return nullptr;
    }
    tree_.entries[message].present |= uint64_t{1} << field.index;
    Entry& entry = tree_.entries.emplace_back();
    entry.field = &field;
    entry.parent = message;
    tree_.json_bound += field.json_key.size() + 3;  // brackets of a list and a comma
    return &entry;
  }

  bool CountsAreWithinLimits(uint32_t message, const Field& field) {
    if (field.repeated) {
      if (++counts_[field.index] > limits_.max_list) {
        Stop(message, field.json_name, StrCat("has more than ", limits_.max_list, " entries"));
        return false;
      }
      if (++parts_ > limits_.max_parts) {
        Stop(message, field.json_name,
             StrCat("the record has more than ", limits_.max_parts, " repeated entries"));
        return false;
      }
      return true;
    }
    const uint64_t present = tree_.entries[message].present;
    if ((present >> field.index & 1) != 0) {
      Violation(message, field.json_name, "is given twice");
      return false;
    }
    if (field.oneof >= 0) {
      const auto oneof = static_cast<size_t>(field.oneof);
      const Message& table = TableOf(message);
      if ((present & table.oneofs[oneof]) != 0) {
        Violation(message, field.json_name,
                  StrCat("only one of \"", table.oneof_names[oneof], "\" may be given"));
        return false;
      }
    }
    return true;
  }

  void Violation(uint32_t message, std::string_view below, std::string what) {
    // A message's own count is only known when it was read; its path needs none of it.
    std::string path = PathOf(tree_, tree_.entries[message], below);
    violations_.push_back({path.empty() ? "record" : std::move(path), std::move(what)});
    stopped_ = stopped_ || violations_.size() >= kMaxViolations;
  }

  void Stop(uint32_t message, std::string_view below, std::string what) {
    Violation(message, below, std::move(what));
    stopped_ = true;
  }

  const Limits& limits_;
  Tree tree_;
  std::array<size_t, 64> counts_{};  // entries of each repeated field of the message being read
  size_t parts_ = 0;
  std::vector<FieldViolation> violations_;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<Tree> ReadWire(std::string_view bytes, const Limits& limits) {
  if (bytes.size() > limits.max_bytes || bytes.size() > std::numeric_limits<uint32_t>::max()) {
    return InvalidFields({{"record", StrCat("is larger than ", limits.max_bytes, " bytes")}});
  }
  return WireReader(limits).Read(bytes);
}

}  // namespace kgw::record
