#ifndef GATEWAY_MAIN_MAPPER_SETTINGS_H_
#define GATEWAY_MAIN_MAPPER_SETTINGS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config/v1/config.pb.h"

namespace kgw::main {

class Checker;

using NamedValues = std::vector<std::pair<std::string, std::string>>;

// One configured mapper.
struct MapperSettings {
  std::string name;
  std::string plugin;
  std::vector<std::string> record_types = {};  // empty: all
  std::string beside = {};
  NamedValues settings = {};

  bool TakesType(std::string_view record_type) const;
  friend bool operator==(const MapperSettings&, const MapperSettings&) = default;
};

// All mappers of a configuration, the one of the short form first. Tells `check` of every problem:
// two that take one type of record without one standing beside the other, among them.
std::vector<MapperSettings> ReadMappers(const gateway::config::v1::Config& config, Checker& check);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_MAPPER_SETTINGS_H_
