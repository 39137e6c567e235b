#include "gateway/main/mapper_settings.h"

#include <algorithm>
#include <set>

#include "gateway/base/strings.h"
#include "gateway/main/check.h"
#include "gateway/main/settings.h"
#include "gateway/record/types.h"

namespace kgw::main {
namespace {

namespace pb = ::gateway::config::v1;

constexpr char kDefaultMapper[] = "kap_mapper";

MapperSettings ShortForm(const pb::Mapper& mapper, Checker& check) {
  MapperSettings made;
  made.plugin = mapper.plugin().empty() ? kDefaultMapper : mapper.plugin();
  check.Name("mapper.plugin", made.plugin);
  made.name = made.plugin;
  made.settings = check.Values("mapper.settings", mapper.settings());
  return made;
}

MapperSettings ReadMapper(const std::string& path, const pb::NamedMapper& from, Checker& check) {
  MapperSettings made;
  made.name = from.name();
  check.Name(path + ".name", made.name);
  made.plugin = from.plugin();
  check.Name(path + ".plugin", made.plugin);
  for (int i = 0; i < from.record_types_size(); ++i) {
    check.OneOf(StrCat(path, ".record_types[", i, "]"), from.record_types(i), record::TypeNames());
  }
  made.record_types = {from.record_types().begin(), from.record_types().end()};
  made.beside = from.beside();
  made.settings = check.Values(path + ".settings", from.settings());
  return made;
}

// The first type that both take; empty: none.
std::string_view SharedType(const MapperSettings& a, const MapperSettings& b) {
  for (std::string_view type : record::TypeNames()) {
    if (a.TakesType(type) && b.TakesType(type)) return type;
  }
  return {};
}

// Whether what one makes is added to what the other makes, or both to what a third one makes.
bool StandBeside(const MapperSettings& a, const MapperSettings& b) {
  return a.beside == b.name || b.beside == a.name || (!a.beside.empty() && a.beside == b.beside);
}

void CheckBeside(const std::string& path, const MapperSettings& mapper,
                 const std::vector<MapperSettings>& mappers, Checker& check) {
  if (mapper.beside.empty()) return;
  const auto main = std::find_if(mappers.begin(), mappers.end(), [&](const MapperSettings& each) {
    return each.name == mapper.beside;
  });
  if (main == mappers.end()) {
    check.Wrong(path, StrCat("no mapper is called ", mapper.beside));
  } else if (!main->beside.empty()) {
    check.Wrong(path, StrCat(mapper.beside, " stands beside another mapper itself: name that one"));
  }
}

// The place of a mapper in the file: the short form has another.
std::string PathOf(size_t index, bool has_short_form) {
  if (!has_short_form) return StrCat("mappers[", index, "]");
  return index == 0 ? "mapper" : StrCat("mappers[", index - 1, "]");
}

void CheckTogether(const std::vector<MapperSettings>& mappers, bool has_short_form,
                   Checker& check) {
  for (size_t i = 0; i < mappers.size(); ++i) {
    const std::string path = PathOf(i, has_short_form);
    CheckBeside(path + ".beside", mappers[i], mappers, check);
    for (size_t j = 0; j < i; ++j) {
      if (mappers[i].name == mappers[j].name) {
        check.Wrong(path + ".name", "another mapper has this name");
      }
      const std::string_view type = SharedType(mappers[j], mappers[i]);
      if (type.empty() || StandBeside(mappers[i], mappers[j])) continue;
      check.Wrong(path + ".record_types",
                  StrCat("both ", mappers[j].name, " and ", mappers[i].name, " take ", type,
                         " records: let record_types of one leave it out, or say in one of them "
                         "that it stands beside the other (beside: ",
                         mappers[j].name, ")"));
    }
  }
}

}  // namespace

bool MapperSettings::TakesType(std::string_view record_type) const {
  return record_types.empty() ||
         std::find(record_types.begin(), record_types.end(), record_type) != record_types.end();
}

std::vector<MapperSettings> ReadMappers(const pb::Config& config, Checker& check) {
  std::vector<MapperSettings> mappers;
  for (int i = 0; i < config.mappers_size(); ++i) {
    mappers.push_back(ReadMapper(StrCat("mappers[", i, "]"), config.mappers(i), check));
  }
  const bool short_form = config.has_mapper() || mappers.empty();
  if (short_form) mappers.insert(mappers.begin(), ShortForm(config.mapper(), check));
  CheckTogether(mappers, short_form, check);
  return mappers;
}

}  // namespace kgw::main
