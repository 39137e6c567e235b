#ifndef GATEWAY_MAIN_MAPPERS_H_
#define GATEWAY_MAIN_MAPPERS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/clock.h"
#include "gateway/main/settings.h"
#include "gateway/pipeline/mapper_table.h"
#include "gateway/plugin/mapper.h"
#include "gateway/plugin/plugin_set.h"

namespace kgw::main {

// The configured mappers by their names, made once at the start and kept until the process ends.
using Mappers = std::map<std::string, std::shared_ptr<plugin::Mapper>>;

// A plug-in that is refused, or cannot be made, is said in the log and stands there all the same:
// what it would have mapped is parked with the reason.
Mappers MakeMappers(const Settings& settings, const plugin::PluginSet& plugins, const Clock& clock);

// As the pipeline sees them.
std::vector<pipeline::RecordMapper> RecordMappers(const Settings& settings, const Mappers& mappers);

// What is in use of each plug-in that maps: its folder's name and the identity of what was loaded
// of it.
std::map<std::string, std::string> MappersInUse(const Settings& settings, const Mappers& mappers);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_MAPPERS_H_
