#include "tests/bench/ingest/mapping.h"

#include <zstd.h>

#include "tests/bench/ingest/servers.h"
#include "tests/support/pipeline/one_mapper.h"

namespace kgw::bench {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(10);

}  // namespace

Mapping::Mapping() {
  plugin::PluginSetOptions options;
  options.paths = {ProgramFolder().parent_path() / "plugins"};
  options.names = {"kap_mapper"};
  set_ = plugin::PluginSet::Load(std::move(options));
  auto mapper = set_->MakeMapper("kap_mapper", R"({"settings":{}})");
  if (!mapper.ok()) Die(mapper.status().ToString());
  mapper_ = *std::move(mapper);
  pipeline_ = std::make_unique<pipeline::Pipeline>(test::OneMapper(*mapper_), validator_,
                                                   std::vector<privacy::Route>());
}

record::Record Mapping::Decode(const std::string& wire) const {
  auto record = record::Decode(wire, record::Limits());
  if (!record.ok()) Die(record.status().ToString());
  return *std::move(record);
}

plugin::MapResult Mapping::Map(const record::Record& record) const {
  plugin::MapResult result = std::move(
      mapper_->Map({{"application/vnd.kap.record+json", record.json, "clinic"}}, kTimeout)[0]);
  if (!result.status.ok()) Die(result.status.ToString());
  return result;
}

pipeline::Processed Mapping::Process(const record::Record& record) const {
  absl::StatusOr<pipeline::Processed> processed =
      std::move(pipeline_->Process({{&record}}, kTimeout)[0]);
  if (!processed.ok() || processed->state != store::RecordState::kMapped) {
    Die("a record is not mapped");
  }
  return *std::move(processed);
}

Bodies Mapping::BodiesOf(const std::string& wire) const {
  Bodies bodies;
  std::string all;
  for (const store::Resource& resource : Process(Decode(wire)).resources) {
    bodies.one_by_one += static_cast<double>(CompressedSize(resource.body));
    all += resource.body;
  }
  const auto received = static_cast<double>(CompressedSize(wire));
  bodies.one_by_one += received;
  bodies.stored = received + static_cast<double>(CompressedSize(all));
  return bodies;
}

size_t CompressedSize(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  return ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1);
}

}  // namespace kgw::bench
