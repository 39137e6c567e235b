#include "gateway/record/schema.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "gateway/base/strings.h"
#include "google/protobuf/descriptor.h"
#include "kap/v1/record.pb.h"

namespace kgw::record {
namespace pb = google::protobuf;
namespace {

// The schema is compiled in: what is wrong with it is a mistake of ours, and the first test that
// decodes anything meets it.
void Require(bool condition, const std::string& name, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "kap.v1: %s: %s\n", name.c_str(), what);
    std::abort();
  }
}

}  // namespace

// Makes the tables, each message once.
class SchemaBuilder {
 public:
  const Message* Build(const pb::Descriptor& descriptor) {
    auto [at, is_new] = tables_.try_emplace(descriptor.full_name(), nullptr);
    if (!is_new) {
      return at->second;
    }
    auto* table = new Message();  // lives as long as the process
    at->second = table;
    table->name = descriptor.name();
    table->index = static_cast<int>(tables_.size()) - 1;
    AddFields(descriptor, *table);
    AddOneofs(descriptor, *table);
    return table;
  }

  void ResolveParts() {
    for (auto& [field, part] : wanted_parts_) {
      auto at = tables_.find(StrCat("kap.v1.", part));
      Require(at != tables_.end(), part, "no such part");
      field->part_type = at->second;
    }
  }

 private:
  static FieldKind KindOf(const pb::FieldDescriptor& field) {
    switch (field.type()) {
      case pb::FieldDescriptor::TYPE_STRING:
        return FieldKind::kText;
      case pb::FieldDescriptor::TYPE_INT32:
        return FieldKind::kInt32;
      case pb::FieldDescriptor::TYPE_INT64:
        return FieldKind::kInt64;
      case pb::FieldDescriptor::TYPE_BOOL:
        return FieldKind::kBool;
      case pb::FieldDescriptor::TYPE_ENUM:
        return FieldKind::kEnum;
      case pb::FieldDescriptor::TYPE_MESSAGE:
        return FieldKind::kMessage;
      default:
        Require(false, field.full_name(), "records have no fields of this type");
        return FieldKind::kText;
    }
  }

  void AddFields(const pb::Descriptor& descriptor, Message& table) {
    std::vector<const pb::FieldDescriptor*> ordered;
    for (int i = 0; i < descriptor.field_count(); ++i) {
      ordered.push_back(descriptor.field(i));
    }
    std::sort(ordered.begin(), ordered.end(),
              [](auto* a, auto* b) { return a->number() < b->number(); });
    Require(ordered.size() <= 64, descriptor.full_name(), "more fields than bits");
    table.fields.reserve(ordered.size());  // Field addresses must not move
    table.by_number.assign(ordered.empty() ? 1 : static_cast<size_t>(ordered.back()->number()) + 1,
                           -1);
    for (const pb::FieldDescriptor* source : ordered) {
      AddField(*source, table);
    }
  }

  void AddField(const pb::FieldDescriptor& source, Message& table) {
    Field& field = table.fields.emplace_back();
    field.number = source.number();
    field.index = static_cast<uint8_t>(table.fields.size() - 1);
    field.kind = KindOf(source);
    field.repeated = source.is_repeated();
    field.name = source.name();
    field.json_name = source.json_name();
    field.json_key = StrCat("\"", source.json_name(), "\":");
    table.by_number[static_cast<size_t>(field.number)] = static_cast<int16_t>(field.index);
    if (field.kind == FieldKind::kEnum) {
      AddEnumNames(*source.enum_type(), field);
    }
    AddChecks(source.options().GetExtension(kap::v1::check), field, table);
    if (field.kind == FieldKind::kMessage) {
      field.message = Build(*source.message_type());
    }
  }

  static void AddEnumNames(const pb::EnumDescriptor& descriptor, Field& field) {
    for (int i = 0; i < descriptor.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *descriptor.value(i);
      Require(value.number() >= 0 && value.number() < 256, value.full_name(), "numbers are dense");
      const auto at = static_cast<size_t>(value.number());
      field.enum_names.resize(std::max(field.enum_names.size(), at + 1));
      field.enum_names[at] = StrCat("\"", value.name(), "\"");
    }
  }

  void AddChecks(const kap::v1::Check& check, Field& field, Message& table) {
    field.required = check.required();
    field.part_id = check.part_id();
    field.only_true = check.only_true();
    field.not_itself = check.not_itself();
    field.form = check.form();
    field.min = check.has_min() ? check.min() : field.min;
    field.max = check.has_max() ? check.max() : field.max;
    field.has_decimal_min = check.has_decimal_min();
    field.has_decimal_max = check.has_decimal_max();
    field.decimal_min = ParseDecimal(check.decimal_min()).value_or(Decimal{});
    field.decimal_max = ParseDecimal(check.decimal_max()).value_or(Decimal{});
    field.max_length =
        check.has_max_length() ? static_cast<size_t>(check.max_length()) : field.max_length;
    field.min_items = static_cast<size_t>(check.min_items());
    field.max_items =
        check.has_max_items() ? static_cast<size_t>(check.max_items()) : field.max_items;
    field.record_type = check.record();
    if (check.has_record() || check.has_part() || check.part_id()) {
      field.form = kap::v1::FORM_ID;
    }
    if (check.has_part()) {
      wanted_parts_.emplace_back(&field, check.part());
    }
    if (field.required) {
      table.required |= uint64_t{1} << field.index;
    }
    if (field.min_items > 0) {
      table.with_min_items.push_back(field.index);
    }
  }

  static void AddOneofs(const pb::Descriptor& descriptor, Message& table) {
    for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {  // real ones come first
      const pb::OneofDescriptor& oneof = *descriptor.oneof_decl(i);
      uint64_t bits = 0;
      for (int j = 0; j < oneof.field_count(); ++j) {
        Field& field = table.fields[static_cast<size_t>(
            table.by_number[static_cast<size_t>(oneof.field(j)->number())])];
        field.oneof = static_cast<int8_t>(i);
        bits |= uint64_t{1} << field.index;
      }
      table.oneofs.push_back(bits);
      table.oneof_names.push_back(oneof.name());
    }
  }

  std::map<std::string, Message*, std::less<>> tables_;
  std::vector<std::pair<Field*, std::string>> wanted_parts_;
};

const Message& RecordSchema() {
  static const Message* const schema = [] {
    SchemaBuilder builder;
    const Message* table = builder.Build(*kap::v1::Record::descriptor());
    builder.ResolveParts();
    return table;
  }();
  return *schema;
}

}  // namespace kgw::record
