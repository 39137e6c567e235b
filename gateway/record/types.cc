#include "gateway/record/types.h"

#include "kap/v1/record.pb.h"

namespace kgw::record {

const std::vector<std::string_view>& TypeNames() {
  static const auto* names = [] {
    auto* made = new std::vector<std::string_view>;
    const auto* content = kap::v1::Record::descriptor()->FindOneofByName("content");
    for (int i = 0; i < content->field_count(); ++i) {
      made->push_back(content->field(i)->message_type()->name());
    }
    return made;
  }();
  return *names;
}

std::string_view PatientOf(std::string_view type, std::string_view id, std::string_view named) {
  if (type == kap::v1::Organization::descriptor()->name() ||
      type == kap::v1::Practitioner::descriptor()->name()) {
    return {};
  }
  return type == kap::v1::Patient::descriptor()->name() ? id : named;
}

}  // namespace kgw::record
