#ifndef KGW_KAP_MAPPER_NODE_H_
#define KGW_KAP_MAPPER_NODE_H_

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace kgw::kap {

// A place in the record's JSON. What is not there, or is of another type, reads as absent, so that
// no chain of lookups can fail. Cheap to copy; lives as long as the parsed document.
class Node {
 public:
  using Value = rapidjson::Value;

  Node() = default;
  explicit Node(const Value* value) : value_(value) {}
  explicit operator bool() const { return value_ != nullptr; }

  Node operator[](std::string_view name) const {
    if (value_ == nullptr || !value_->IsObject()) return Node();
    for (const auto& member : value_->GetObject()) {
      if (member.name.GetStringLength() == name.size() && TextOf(member.name) == name) {
        return Node(&member.value);
      }
    }
    return Node();
  }

  // Empty when absent.
  std::string_view text() const {
    return value_ != nullptr && value_->IsString() ? TextOf(*value_) : std::string_view();
  }
  std::string_view text(std::string_view name) const { return (*this)[name].text(); }
  std::optional<int> number() const {
    if (value_ == nullptr || !value_->IsInt()) return std::nullopt;
    return value_->GetInt();
  }
  std::optional<int> number(std::string_view name) const { return (*this)[name].number(); }
  std::optional<bool> boolean(std::string_view name) const {
    const Node node = (*this)[name];
    if (!node || !node.value_->IsBool()) return std::nullopt;
    return node.value_->GetBool();
  }

  size_t size() const { return IsList() ? value_->Size() : 0; }
  bool empty() const { return size() == 0; }
  Node at(size_t index) const { return Node(&(*value_)[static_cast<rapidjson::SizeType>(index)]); }

  class Iterator {
   public:
    explicit Iterator(const Value* at) : at_(at) {}
    Node operator*() const { return Node(at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Value* at_;
  };
  Iterator begin() const { return Iterator(IsList() ? value_->Begin() : nullptr); }
  Iterator end() const { return Iterator(IsList() ? value_->End() : nullptr); }

 private:
  static std::string_view TextOf(const Value& value) {
    return {value.GetString(), value.GetStringLength()};
  }
  bool IsList() const { return value_ != nullptr && value_->IsArray(); }

  const Value* value_ = nullptr;
};

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_NODE_H_
