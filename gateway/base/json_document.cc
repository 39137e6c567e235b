#include <algorithm>
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

template <typename T>
T* AllocateChildren(Arena& arena, size_t count) {
  return static_cast<T*>(arena.Allocate(count * sizeof(T)));
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

}  // namespace kgw::json
