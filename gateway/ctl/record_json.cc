#include "gateway/ctl/record_json.h"

#include <google/protobuf/util/json_util.h>

#include "gateway/base/strings.h"

namespace kgw::ctl {

absl::StatusOr<kap::v1::Record> RecordFromJson(const std::string& text) {
  kap::v1::Record record;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &record);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        StrCat("not a kap.v1.Record: ",
               std::string_view(parsed.message().data(), parsed.message().size())));
  }
  return record;
}

gateway::v1::RecordKey KeyOf(const kap::v1::Record& record) {
  gateway::v1::RecordKey key;
  key.set_tenant(record.tenant());
  key.set_source(record.source());
  key.set_id(record.id());
  key.set_version(record.version());
  const auto* content = kap::v1::Record::descriptor()->FindOneofByName("content");
  const auto* field = record.GetReflection()->GetOneofFieldDescriptor(record, content);
  if (field != nullptr) key.set_type(field->message_type()->name());
  return key;
}

}  // namespace kgw::ctl
