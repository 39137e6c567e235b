#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "gateway/base/json.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/strings.h"

namespace kgw::json {
namespace {

// Memory in growing blocks, freed together; so a tree is destroyed without walking it.
class Arena {
 public:
  void* Allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > left_) Grow(bytes);
    char* place = next_;
    next_ += bytes;
    left_ -= bytes;
    return place;
  }

  const char* CopyText(std::string_view text) {
    if (text.empty()) return "";
    auto* copy = static_cast<char*>(Allocate(text.size()));
    std::memcpy(copy, text.data(), text.size());
    return copy;
  }

  void ReserveNext(size_t bytes) { block_size_ = std::clamp(bytes, kSmallest, kLargest); }

 private:
  static constexpr size_t kSmallest = 4096;
  static constexpr size_t kLargest = size_t{1} << 20;

  void Grow(size_t bytes) {
    const size_t size = std::max(bytes, block_size_);
    blocks_.emplace_back(new char[size]);
    next_ = blocks_.back().get();
    left_ = size;
    block_size_ = std::min(block_size_ * 2, kLargest);
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t block_size_ = kSmallest;
};

// Children lie behind one word that holds how many there is room for.
template <typename T>
T* AllocateChildren(Arena& arena, size_t capacity) {
  auto* head = static_cast<uint64_t*>(arena.Allocate(sizeof(uint64_t) + capacity * sizeof(T)));
  *head = capacity;
  return reinterpret_cast<T*>(head + 1);
}

template <typename T>
size_t CapacityOf(const T* children) {
  return children == nullptr ? 0 : *(reinterpret_cast<const uint64_t*>(children) - 1);
}

template <typename T>
T* GrowChildren(Arena& arena, T* children, size_t size) {
  if (size < CapacityOf(children)) return children;
  T* larger = AllocateChildren<T>(arena, std::max<size_t>(4, size * 2));
  std::uninitialized_copy_n(children, size, larger);
  return larger;
}

bool HasDuplicate(const Member* members, size_t size) {
  constexpr size_t kSmall = 24;
  if (size <= kSmall) {
    for (size_t i = 1; i < size; ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (members[i].name == members[j].name) return true;
      }
    }
    return false;
  }
  absl::flat_hash_set<std::string_view> names;
  names.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    if (!names.insert(members[i].name).second) return true;
  }
  return false;
}

}  // namespace

struct Document::State {
  Arena arena;
  internal::Buffer buffer;  // what a parsed document's texts point into
  Value root;

  static Value Leaf(Kind kind, std::string_view text) {
    Value value;
    value.kind_ = kind;
    value.size_ = static_cast<uint32_t>(text.size());
    value.text_ = text.data();
    return value;
  }

  static Value List(Value* items, size_t size) {
    Value value;
    value.kind_ = Kind::kArray;
    value.size_ = static_cast<uint32_t>(size);
    value.items_ = items;
    return value;
  }

  static Value Map(Member* members, size_t size) {
    Value value;
    value.kind_ = Kind::kObject;
    value.size_ = static_cast<uint32_t>(size);
    value.members_ = members;
    return value;
  }

  // Builds the tree from events. Open containers keep their children on one stack and move them to
  // the arena, at their exact size, when they close.
  class Builder : public EventHandler {
   public:
    explicit Builder(State& state) : state_(state) {}

    bool Null(size_t) override { return Add(Value()); }
    bool Bool(bool value, size_t) override {
      return Add(Leaf(value ? Kind::kTrue : Kind::kFalse, {}));
    }
    bool Number(std::string_view text, size_t) override { return Add(Leaf(Kind::kNumber, text)); }
    bool String(std::string_view text, size_t) override { return Add(Leaf(Kind::kString, text)); }
    bool Key(std::string_view name, size_t) override {
      name_ = name;
      return true;
    }
    bool StartObject(size_t offset) override { return Open(offset); }
    bool StartArray(size_t offset) override { return Open(offset); }

    bool EndObject() override {
      const Frame frame = Close();
      const size_t size = stack_.size() - frame.begin;
      Member* from = stack_.data() + frame.begin;
      if (HasDuplicate(from, size)) {
        duplicate_ = frame.offset;
        return false;
      }
      Member* members = nullptr;
      if (size > 0) {
        members = AllocateChildren<Member>(state_.arena, size);
        std::uninitialized_copy_n(from, size, members);
      }
      stack_.resize(frame.begin);
      return Add(Map(members, size));
    }

    bool EndArray() override {
      const Frame frame = Close();
      const size_t size = stack_.size() - frame.begin;
      Value* items = nullptr;
      if (size > 0) {
        items = AllocateChildren<Value>(state_.arena, size);
        for (size_t i = 0; i < size; ++i) new (items + i) Value(stack_[frame.begin + i].value);
      }
      stack_.resize(frame.begin);
      return Add(List(items, size));
    }

    // Where the object begins that names a member twice; npos when there is none.
    size_t duplicate() const { return duplicate_; }

   private:
    struct Frame {
      std::string_view name;
      size_t begin;
      size_t offset;
    };

    bool Open(size_t offset) {
      frames_.push_back({name_, stack_.size(), offset});
      return true;
    }

    Frame Close() {
      const Frame frame = frames_.back();
      frames_.pop_back();
      name_ = frame.name;
      return frame;
    }

    bool Add(Value value) {
      if (frames_.empty()) {
        state_.root = value;
      } else {
        stack_.push_back({name_, value});
      }
      return true;
    }

    State& state_;
    std::string_view name_;
    std::vector<Member> stack_;
    std::vector<Frame> frames_;
    size_t duplicate_ = std::string_view::npos;
  };
};

Document::Document() : state_(new State) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

absl::StatusOr<Document> Document::Parse(std::string_view text, const Limits& limits) {
  absl::StatusOr<internal::Buffer> buffer = internal::MakeBuffer(text, limits);
  if (!buffer.ok()) return buffer.status();
  Document document;
  State& state = *document.state_;
  state.buffer = *std::move(buffer);
  state.arena.ReserveNext(text.size());
  State::Builder builder(state);
  absl::Status parsed = internal::ParseBuffer(state.buffer, builder, limits);
  if (builder.duplicate() != std::string_view::npos) {
    return absl::InvalidArgumentError(
        StrCat("JSON at byte ", builder.duplicate(), ": the object names a member twice"));
  }
  if (!parsed.ok()) return parsed;
  return document;
}

const Value& Document::root() const { return state_->root; }
Value& Document::mutable_root() { return state_->root; }
void Document::SetRoot(Value value) { state_->root = value; }

Value Document::Text(std::string_view value) {
  return State::Leaf(Kind::kString, {state_->arena.CopyText(value), value.size()});
}

Value Document::Number(std::string_view text) {
  return State::Leaf(Kind::kNumber, {state_->arena.CopyText(text), text.size()});
}

Value Document::Integer(int64_t value) { return Number(StrCat(value)); }

Value Document::Boolean(bool value) { return State::Leaf(value ? Kind::kTrue : Kind::kFalse, {}); }

Value Document::Array() { return State::List(nullptr, 0); }
Value Document::Object() { return State::Map(nullptr, 0); }

void Document::Append(Value& array, Value item) {
  array.items_ = GrowChildren(state_->arena, array.items_, array.size_);
  new (array.items_ + array.size_++) Value(item);
}

void Document::Set(Value& object, std::string_view name, Value value) {
  for (size_t i = 0; i < object.size_; ++i) {
    if (object.members_[i].name == name) {
      object.members_[i].value = value;
      return;
    }
  }
  object.members_ = GrowChildren(state_->arena, object.members_, object.size_);
  const std::string_view kept(state_->arena.CopyText(name), name.size());
  new (object.members_ + object.size_++) Member{kept, value};
}

void Document::Remove(Value& object, std::string_view name) {
  for (size_t i = 0; i < object.size_; ++i) {
    if (object.members_[i].name != name) continue;
    std::copy(object.members_ + i + 1, object.members_ + object.size_, object.members_ + i);
    --object.size_;
    return;
  }
}

Value Document::Copy(const Value& value) {
  Value root = value;
  // Values whose text and children still lie in the other document.
  std::vector<Value*> foreign = {&root};
  while (!foreign.empty()) {
    Value& now = *foreign.back();
    foreign.pop_back();
    if (now.is_string() || now.is_number()) {
      now.text_ = state_->arena.CopyText(now.text());
    } else if (now.is_array() && now.size_ > 0) {
      auto* items = AllocateChildren<Value>(state_->arena, now.size_);
      std::uninitialized_copy_n(now.items_, now.size_, items);
      now.items_ = items;
      for (size_t i = 0; i < now.size_; ++i) foreign.push_back(items + i);
    } else if (now.is_object() && now.size_ > 0) {
      auto* members = AllocateChildren<Member>(state_->arena, now.size_);
      for (size_t i = 0; i < now.size_; ++i) {
        const std::string_view name = now.members_[i].name;
        new (members + i)
            Member{{state_->arena.CopyText(name), name.size()}, now.members_[i].value};
        foreign.push_back(&members[i].value);
      }
      now.members_ = members;
    }
  }
  return root;
}

}  // namespace kgw::json
