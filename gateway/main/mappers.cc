#include "gateway/main/mappers.h"

#include <utility>

#include "gateway/base/log.h"
#include "gateway/base/strings.h"
#include "gateway/base/tag.h"
#include "gateway/intake/timed_mapper.h"
#include "gateway/main/destinations.h"

namespace kgw::main {
namespace {

// Stands in for a mapper that was refused.
class AbsentMapper final : public plugin::Mapper {
 public:
  explicit AbsentMapper(absl::Status why) : why_(std::move(why)) {}
  std::vector<plugin::MapResult> Map(const std::vector<plugin::MapInput>& inputs,
                                     absl::Duration) override {
    std::vector<plugin::MapResult> results(inputs.size());
    for (plugin::MapResult& result : results) result.status = why_;
    return results;
  }
  const std::string& identity() const override { return identity_; }

 private:
  const absl::Status why_;
  const std::string identity_ = "none";
};

}  // namespace

Mappers MakeMappers(const Settings& settings, const plugin::PluginSet& plugins,
                    const Clock& clock) {
  Mappers mappers;
  for (const MapperSettings& each : settings.mappers) {
    absl::StatusOr<std::unique_ptr<plugin::Mapper>> made =
        plugins.MakeMapper(each.plugin, MapperConfigJson(each.settings));
    std::shared_ptr<plugin::Mapper> mapper;
    if (made.ok()) {
      mapper = *std::move(made);
    } else {
      Log(LogLevel::kError, "the mapper was refused: what is sent meanwhile is kept, but parked",
          {{"mapper", Tag(each.name)},
           {"plugin", Tag(each.plugin)},
           {"reason", OperatorText(Std(made.status().message()))}});
      mapper = std::make_shared<AbsentMapper>(made.status());
    }
    mappers[each.name] = std::make_shared<intake::TimedMapper>(std::move(mapper), clock);
  }
  return mappers;
}

std::vector<pipeline::RecordMapper> RecordMappers(const Settings& settings,
                                                  const Mappers& mappers) {
  std::vector<pipeline::RecordMapper> made;
  for (const MapperSettings& each : settings.mappers) {
    made.push_back({.name = each.name,
                    .mapper = mappers.at(each.name),
                    .record_types = each.record_types,
                    .beside = !each.beside.empty()});
  }
  return made;
}

std::map<std::string, std::string> MappersInUse(const Settings& settings, const Mappers& mappers) {
  std::map<std::string, std::string> in_use;
  for (const MapperSettings& each : settings.mappers) {
    in_use[each.plugin] = mappers.at(each.name)->identity();
  }
  return in_use;
}

}  // namespace kgw::main
