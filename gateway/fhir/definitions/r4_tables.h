#ifndef GATEWAY_FHIR_DEFINITIONS_R4_TABLES_H_
#define GATEWAY_FHIR_DEFINITIONS_R4_TABLES_H_

#include <cstdint>
#include <cstring>
#include <string_view>

// The element tables of base R4, made at build time by generate_tables.py from HL7's own package.
// They are constant data: nothing is built at start-up. Names lie in one pool; tables refer to one
// another by index.
namespace kgw::fhir::r4 {

// Kinds of element content. Values below kAnyResource are primitives; from kFirstComplex on a value
// is the index of a Type, counted from there. generate_tables.py reads this list.
enum TypeId : uint16_t {
  kBoolean,
  kInteger,
  kUnsignedInt,
  kPositiveInt,
  kDecimal,
  kString,
  kMarkdown,
  kCode,
  kId,
  kUri,
  kUrl,
  kCanonical,
  kOid,
  kUuid,
  kBase64Binary,
  kInstant,
  kDate,
  kDateTime,
  kTime,
  kXhtml,
  kPlainText,  // Element.id and Extension.url: strings that take no extension of their own
  kAnyResource,
  kFirstComplex,
};

inline constexpr uint16_t kNone = 0xFFFF;
inline constexpr int kMaxSlots = 64;   // of one Type: a bit each in a word
inline constexpr int kMaxChoices = 8;  // choice elements of one Type

struct Name {
  uint32_t offset;
  uint32_t size;
};

// One JSON member of a Type; a choice element has one for each of its types.
struct Element {
  uint32_t name;      // offset in the pool
  uint8_t name_size;  // e.g. of "valueQuantity"
  uint8_t path_size;  // how much of the name the path shows, e.g. of "value"
  uint8_t slot;       // which of the Type's elements this is; one slot for a whole choice
  uint8_t choice;     // which of the Type's choices, or 0xFF
  uint16_t type;      // a TypeId
  uint16_t binding;   // index of a required Binding, or kNone
  bool list;          // a JSON array
};

// The members of a resource, a datatype or a nested element.
struct Type {
  Name name;               // e.g. "Observation", "Observation.component", "Period"
  uint32_t first_element;  // of its elements, which lie together
  uint32_t first_place;    // of its hash table
  uint8_t hash_bits;
  bool resource;
  uint64_t required;  // slots that must be filled
};

// A value set that a code must come from.
struct Binding {
  Name url;
  uint32_t first_code;
  uint32_t first_place;
  uint8_t hash_bits;
};

struct Code {
  uint32_t code;
  uint16_t code_size;
  uint16_t system;  // index in kSystems
};

extern const char kPool[];
extern const Type kTypes[];
extern const Element kElements[];
extern const uint16_t kElementPlaces[];  // element of a Type, counted from its first, or kNone
extern const Binding kBindings[];
extern const Code kCodes[];
extern const uint16_t kCodePlaces[];
extern const Name kSystems[];
extern const uint16_t kResourcePlaces[];  // TypeId of a resource, or kNone
extern const uint8_t kResourceHashBits;
extern const TypeId kElementType;  // the Type of what stands under "_name"
extern const TypeId kExtensionType;
extern const TypeId kReferenceType;
extern const TypeId kCodingType;
extern const TypeId kCodeableConceptType;

inline std::string_view Text(Name name) { return {kPool + name.offset, name.size}; }
inline std::string_view NameOf(const Element& element) {
  return {kPool + element.name, element.name_size};
}
inline std::string_view PathNameOf(const Element& element) {
  return {kPool + element.name, element.path_size};
}
inline const Type& TypeOf(uint16_t id) { return kTypes[id - kFirstComplex]; }
inline bool IsPrimitive(uint16_t id) { return id < kAnyResource; }

// The first and the last characters of a name; names of at most 16 that have the same size and the
// same words are the same.
struct Words {
  uint64_t front = 0;
  uint64_t back = 0;
  bool operator==(const Words&) const = default;
};

inline Words WordsOf(const char* p, size_t n) {
  Words words;
  if (n >= 8) {
    std::memcpy(&words.front, p, 8);
    std::memcpy(&words.back, p + n - 8, 8);
  } else if (n >= 4) {
    std::memcpy(&words.front, p, 4);
    std::memcpy(&words.back, p + n - 4, 4);
  } else if (n > 0) {
    words.front = static_cast<uint8_t>(p[0]);
    words.back =
        static_cast<uint64_t>(static_cast<uint8_t>(p[n / 2])) << 8 | static_cast<uint8_t>(p[n - 1]);
  }
  return words;
}

// generate_tables.py has the same function: change both.
inline uint64_t HashOf(const Words& words, size_t n) {
  const uint64_t mixed = (words.front ^ (words.back << 29 | words.back >> 35)) + n;
  return mixed * 0x9E3779B97F4A7C15u;
}
inline uint64_t HashOf(std::string_view name) {
  return HashOf(WordsOf(name.data(), name.size()), name.size());
}

// The place in a table of 2^bits where a search begins; it goes on upwards, around the end.
inline uint32_t FirstPlace(std::string_view name, uint8_t bits) {
  return static_cast<uint32_t>(HashOf(name) >> (64 - bits));
}

// The member of that name; null when the Type has none.
inline const Element* FindElement(const Type& type, std::string_view name) {
  const size_t size = name.size();
  const Words words = WordsOf(name.data(), size);
  const uint32_t mask = (1u << type.hash_bits) - 1;
  auto place = static_cast<uint32_t>(HashOf(words, size) >> (64 - type.hash_bits));
  for (;; place = (place + 1) & mask) {
    const uint16_t found = kElementPlaces[type.first_place + place];
    if (found == kNone) return nullptr;
    const Element& element = kElements[type.first_element + found];
    const char* pooled = kPool + element.name;
    if (element.name_size == size && WordsOf(pooled, size) == words &&
        (size <= 16 || std::memcmp(pooled, name.data(), size) == 0)) {
      return &element;
    }
  }
}

// The TypeId of a resource; kNone when R4 has no such resource.
inline uint16_t FindResource(std::string_view name) {
  const uint32_t mask = (1u << kResourceHashBits) - 1;
  for (uint32_t place = FirstPlace(name, kResourceHashBits);; place = (place + 1) & mask) {
    const uint16_t found = kResourcePlaces[place];
    if (found == kNone || Text(TypeOf(found).name) == name) return found;
  }
}

// Whether the value set has the code; any system will do when `system` is empty.
inline bool HasCode(const Binding& binding, std::string_view system, std::string_view code) {
  const uint32_t mask = (1u << binding.hash_bits) - 1;
  for (uint32_t place = FirstPlace(code, binding.hash_bits);; place = (place + 1) & mask) {
    const uint16_t found = kCodePlaces[binding.first_place + place];
    if (found == kNone) return false;
    const Code& entry = kCodes[binding.first_code + found];
    if (std::string_view(kPool + entry.code, entry.code_size) == code &&
        (system.empty() || Text(kSystems[entry.system]) == system)) {
      return true;
    }
  }
}

}  // namespace kgw::fhir::r4

#endif  // GATEWAY_FHIR_DEFINITIONS_R4_TABLES_H_
