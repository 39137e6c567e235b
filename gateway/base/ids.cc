#include "gateway/base/ids.h"

#include "gateway/base/sha256.h"

namespace kgw {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// `count` bits from the front of a hash, as the low bits of a number.
uint64_t FrontBits(const Sha256& hash, int count) {
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | hash[i];
  return bits >> (64 - count);
}

std::string UuidText(uint64_t high, uint64_t low) {
  std::string text(36, '-');
  size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
    const uint64_t half = nibble < 16 ? high : low;
    text[at++] = kHex[half >> (60 - 4 * (nibble % 16)) & 15];
  }
  return text;
}

}  // namespace

Sha256 Sha256Of(std::string_view bytes) { return Sha256Hasher().Update(bytes).Finish(); }

std::string HexOf(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text.push_back(kHex[static_cast<uint8_t>(byte) >> 4]);
    text.push_back(kHex[static_cast<uint8_t>(byte) & 15]);
  }
  return text;
}

std::string HexOf(const Sha256& hash) {
  return HexOf(std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

ResourceIds::ResourceIds(const RecordName& record, std::string_view patient)
    : record_hash_(Sha256Hasher()
                       .UpdateField(record.tenant)
                       .UpdateField(record.source)
                       .UpdateField(record.type)
                       .UpdateField(record.id)
                       .UpdateField(patient)
                       .Finish()) {}

std::string ResourceIds::Of(std::string_view role) const {
  const std::string_view record(reinterpret_cast<const char*>(record_hash_.data()),
                                record_hash_.size());
  const Sha256 role_hash = Sha256Hasher().Update(record).UpdateField(role).Finish();
  const uint64_t record_bits = FrontBits(record_hash_, 60);
  const uint64_t high = (record_bits >> 12 << 16) | uint64_t{8} << 12 | (record_bits & 0xFFF);
  const uint64_t low = uint64_t{2} << 62 | FrontBits(role_hash, 62);
  return UuidText(high, low);
}

}  // namespace kgw
