#ifndef GATEWAY_DELIVERY_WORDS_H_
#define GATEWAY_DELIVERY_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/record_key.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// What is kept of the far side's words, in bytes.
inline constexpr size_t kLongestText = 4096;

// At most `bytes` of a text, never cutting a UTF-8 character in two.
std::string Shortened(std::string_view text, size_t bytes);

// The far side's words as they may stand on a screen: Shortened, with control characters other than
// line feeds and tabs as blanks.
std::string FarWords(std::string_view text, size_t bytes);

// The class of an error as a connector named it; kNone for one that is not among those it may use.
store::ErrorClass ConnectorsClass(std::string_view name);

// "waits for Practitioner T-1, Visit V-1, Visit V-2 and 2 more": three are named at most.
std::string WaitsFor(const std::vector<RecordName>& records);

// A failure in our own words: no status and no request id of the far side.
store::DeliveryError OwnError(store::ErrorClass error_class, std::string_view text);

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_WORDS_H_
