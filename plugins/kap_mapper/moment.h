#ifndef KGW_KAP_MAPPER_MOMENT_H_
#define KGW_KAP_MAPPER_MOMENT_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace kgw::kap {

// Seconds since 1970 of an instant with its offset; nothing for anything less than an instant.
std::optional<int64_t> SecondsOf(std::string_view instant);

// Whole minutes from one instant to another, rounded half away from zero.
std::optional<int64_t> MinutesBetween(std::string_view from, std::string_view to);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_MOMENT_H_
