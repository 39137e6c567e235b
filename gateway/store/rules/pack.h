#ifndef GATEWAY_STORE_RULES_PACK_H_
#define GATEWAY_STORE_RULES_PACK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/rules/journal.h"
#include "gateway/store/store.h"

// Small structs packed into one column: varints, and texts with their length before them. Unpacking
// bytes that are not ours answers what could be read; bodies are covered by a hash, small columns
// by SQLite's own page structure.
namespace kgw::store {

void PackNumber(uint64_t value, std::string* out);
void PackText(std::string_view text, std::string* out);

class Unpacker {
 public:
  explicit Unpacker(std::string_view packed) : rest_(packed) {}
  bool done() const { return rest_.empty(); }
  uint64_t Number();
  std::string Text();

 private:
  std::string_view rest_;
};

// One that is not FHIR JSON for everybody stands behind an empty text, its media type and its
// destination; no role is empty.
std::string PackResources(const std::vector<Resource>& resources);
std::vector<Resource> UnpackResources(std::string_view packed);
std::string PackNames(const std::vector<RecordName>& names);
std::vector<RecordName> UnpackNames(std::string_view packed);
std::string PackError(const DeliveryError& error);
DeliveryError UnpackError(std::string_view packed);
std::string PackEntries(const std::vector<EntryResult>& entries);
std::vector<EntryResult> UnpackEntries(std::string_view packed);
std::string PackRemotes(const std::vector<RemoteEntry>& entries);
std::vector<RemoteEntry> UnpackRemotes(std::string_view packed);

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RULES_PACK_H_
