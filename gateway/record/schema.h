#ifndef GATEWAY_RECORD_SCHEMA_H_
#define GATEWAY_RECORD_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/record/decimal.h"
#include "kap/v1/options.pb.h"

// The descriptors of kap.v1, laid out for speed: one Message for each message type, one Field for
// each field, with the JSON name rendered and the checks of options.proto unpacked. Built once at
// first use and never changed; read from any thread.
namespace kgw::record {

enum class FieldKind : uint8_t { kText, kInt32, kInt64, kBool, kEnum, kMessage };

struct Message;

struct Field {
  const Message* message = nullptr;  // the message's own table, where kind is kMessage
  int number = 0;
  uint8_t index = 0;  // in Message::fields, by number
  FieldKind kind = FieldKind::kText;
  bool repeated = false;
  int8_t oneof = -1;      // index of the oneof it belongs to, or -1
  std::string name;       // as in the .proto
  std::string json_name;  // lowerCamelCase
  std::string json_key;   // `"jsonName":`
  // Enumerations: quoted names by number, where numbers are dense; empty text for unused ones.
  std::vector<std::string> enum_names;

  // From options.proto.
  bool required = false;
  bool part_id = false;
  bool only_true = false;
  bool not_itself = false;
  kap::v1::Form form = kap::v1::FORM_UNSPECIFIED;
  int64_t min = INT64_MIN;
  int64_t max = INT64_MAX;
  bool has_decimal_min = false;
  bool has_decimal_max = false;
  Decimal decimal_min;
  Decimal decimal_max;
  size_t max_length = 1000;
  size_t min_items = 0;
  size_t max_items = SIZE_MAX;
  std::string record_type;             // names another record of this type
  const Message* part_type = nullptr;  // names a part of this record
};

struct Message {
  std::string name;                // e.g. "Dose"
  std::vector<Field> fields;       // by number
  std::vector<int16_t> by_number;  // index in `fields`, or -1
  uint64_t required = 0;           // bit i: fields[i] must be there
  std::vector<uint64_t> oneofs;    // for each oneof the bits of its fields
  std::vector<std::string> oneof_names;
  // Fields with a lower limit on entries.
  std::vector<uint8_t> with_min_items;
  int index = 0;  // of the message in the schema

  const Field* Find(uint32_t number) const {
    if (number >= by_number.size() || by_number[number] < 0) {
      return nullptr;
    }
    return &fields[static_cast<size_t>(by_number[number])];
  }
};

// The table of kap.v1.Record; all others hang below it.
const Message& RecordSchema();

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_SCHEMA_H_
