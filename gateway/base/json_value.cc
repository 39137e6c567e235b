#include <charconv>

#include "gateway/base/json.h"

namespace kgw::json {
namespace {

const Value& NullValue() {
  static const Value null{};
  return null;
}

}  // namespace

std::string_view Value::text() const {
  return is_string() || is_number() ? std::string_view(text_, size_) : std::string_view();
}

const Value& Value::operator[](size_t index) const {
  return is_array() && index < size_ ? items_[index] : NullValue();
}

const Member* Value::members_end() const { return is_object() ? members_ + size_ : nullptr; }

const Value& Value::Find(std::string_view name) const {
  for (const Member* member = members_begin(); member != members_end(); ++member) {
    if (member->name == name) return member->value;
  }
  return NullValue();
}

bool Value::Has(std::string_view name) const { return &Find(name) != &NullValue(); }

absl::StatusOr<int64_t> Value::AsInt64() const {
  const std::string_view digits = text();
  int64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc() || stop != end) {
    return absl::InvalidArgumentError("expected a whole number of at most 64 bits");
  }
  return number;
}

}  // namespace kgw::json
