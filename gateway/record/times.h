#ifndef GATEWAY_RECORD_TIMES_H_
#define GATEWAY_RECORD_TIMES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace kgw::record {

enum class Precision : uint8_t { kYear, kMonth, kDay, kInstant };

// A time as text says it: somewhere between `earliest` and `latest`, both in seconds from
// 1970-01-01T00:00:00, in UTC for an instant and in an unknown zone otherwise. Fractions of a
// second are kept apart.
struct Moment {
  Precision precision = Precision::kInstant;
  int64_t earliest = 0;
  int64_t latest = 0;
  int32_t nanos = 0;
};

// FHIR's dateTime: YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with up to nine digits of a
// fraction and an offset (Z, +hh:mm, -hh:mm, at most 14 hours). Years 0001 to 9999; no leap second.
std::optional<Moment> ParseDateTime(std::string_view text);

// Whether `a` is later than `b` whatever the missing digits are; of two times without offset, as if
// they were of one zone.
bool SurelyAfter(const Moment& a, const Moment& b);

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_TIMES_H_
