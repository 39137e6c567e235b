#ifndef GATEWAY_PIPELINE_MAPPER_TABLE_H_
#define GATEWAY_PIPELINE_MAPPER_TABLE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/plugin/mapper.h"

namespace kgw::pipeline {

// A mapper and the types of record it takes, as configured.
struct RecordMapper {
  std::string name = {};  // for people
  std::shared_ptr<plugin::Mapper> mapper = nullptr;
  std::vector<std::string> record_types = {};  // empty: all
  // It stands beside another one: what it makes is added to what that one makes.
  bool beside = false;

  bool Takes(std::string_view record_type) const;
};

// Which mappers make a record what it becomes, chosen by the record's type. Immutable; any thread.
class MapperTable {
 public:
  // Of the mappers of one type at most one stands beside none: the configuration sees to that.
  explicit MapperTable(std::vector<RecordMapper> mappers);

  // Those that stand beside none come first, else as configured.
  const std::vector<RecordMapper>& mappers() const { return mappers_; }
  // What is kept with a record of this type: who made it, by identity.
  std::string IdentityOf(std::string_view record_type) const;

 private:
  std::vector<RecordMapper> mappers_;
};

}  // namespace kgw::pipeline

#endif  // GATEWAY_PIPELINE_MAPPER_TABLE_H_
