#include "gateway/record/json_text.h"

#include <charconv>
#include <cstring>

namespace kgw::record {
namespace {

// Writes into room that is known to be enough (Tree::json_bound).
class JsonWriter {
 public:
  JsonWriter(const Tree& tree, char* room) : tree_(tree), at_(room) {}

  // The depth is that of the schema, which does not recurse: at most seven.
  void WriteMessage(const Entry& message) {
    *at_++ = '{';
    const Entry* child = tree_.entries.data() + message.first;
    const Entry* end = child + message.count;
    while (child != end) {
      if (at_[-1] != '{') {
        *at_++ = ',';
      }
      const Field& field = *child->field;
      Copy(field.json_key);
      if (!field.repeated) {
        WriteValue(field, *child++);
        continue;
      }
      *at_++ = '[';
      while (child != end && child->field == &field) {
        if (at_[-1] != '[') {
          *at_++ = ',';
        }
        WriteValue(field, *child++);
      }
      *at_++ = ']';
    }
    *at_++ = '}';
  }

  const char* end() const { return at_; }

 private:
  void Copy(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  void WriteInteger(int64_t value) { at_ = std::to_chars(at_, at_ + 20, value).ptr; }

  void WriteValue(const Field& field, const Entry& entry) {
    switch (field.kind) {
      case FieldKind::kMessage:
        WriteMessage(entry);
        break;
      case FieldKind::kText:
        WriteText(entry);
        break;
      case FieldKind::kBool:
        Copy(entry.number != 0 ? "true" : "false");
        break;
      case FieldKind::kInt32:
        WriteInteger(entry.number);
        break;
      case FieldKind::kInt64:
        *at_++ = '"';
        WriteInteger(entry.number);
        *at_++ = '"';
        break;
      case FieldKind::kEnum:
        WriteEnum(field, entry.number);
        break;
    }
  }

  void WriteEnum(const Field& field, int64_t number) {
    const auto at = static_cast<size_t>(number);
    if (number >= 0 && at < field.enum_names.size() && !field.enum_names[at].empty()) {
      Copy(field.enum_names[at]);
    } else {
      WriteInteger(number);
    }
  }

  void WriteText(const Entry& entry) {
    *at_++ = '"';
    if (entry.plain) {
      if (entry.size != 0) {
        std::memcpy(at_, entry.data, entry.size);
      }
      at_ += entry.size;
    } else {
      for (char c : entry.text()) {
        WriteEscaped(static_cast<unsigned char>(c));
      }
    }
    *at_++ = '"';
  }

  void WriteEscaped(unsigned char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
      *at_++ = '\\';
      *at_++ = static_cast<char>(c);
    } else if (c >= 0x20) {
      *at_++ = static_cast<char>(c);
    } else if (const char* layout = std::strchr("\bb\ff\nn\rr\tt", c);
               c != 0 && layout != nullptr) {
      *at_++ = '\\';
      *at_++ = layout[1];
    } else {
      Copy("\\u00");
      *at_++ = kHex[c >> 4];
      *at_++ = kHex[c & 15];
    }
  }

  const Tree& tree_;
  char* at_;
};

}  // namespace

std::string JsonText(const Tree& tree) {
  std::string text(tree.json_bound, '\0');
  JsonWriter writer(tree, text.data());
  writer.WriteMessage(tree.root());
  text.resize(static_cast<size_t>(writer.end() - text.data()));
  return text;
}

}  // namespace kgw::record
