#include "tests/bench/ingest/stages.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <zstd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "gateway/fhir/base_check.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/plugin/plugin_set.h"
#include "gateway/record/record.h"
#include "tests/bench/ingest/records.h"

namespace kgw::bench {
namespace {

constexpr int kRepeats = 300;
constexpr int kRounds = 5;

// Microseconds of one run, the middle of five rounds.
Spread Micros(const std::function<void()>& run) {
  run();
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRepeats; ++i) run();
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - start;
    rounds.push_back(spent.count() / kRepeats);
  }
  return SpreadOf(std::move(rounds));
}

Row RowOf(const std::string& name, const Spread& spread) {
  return {.name = name, .value = spread.median, .unit = "us", .spread = spread};
}

// One record with everything that its stages need.
class Stages {
 public:
  explicit Stages(const std::string& golden) : wire_(DistinctRecords(golden, 1, 1, 1)[0]) {
    plugin::PluginSetOptions options;
    options.paths = {"build/plugins"};
    options.names = {"kap_mapper"};
    set_ = plugin::PluginSet::Load(std::move(options));
    auto mapper = set_->MakeMapper("kap_mapper", R"({"settings":{}})");
    if (!mapper.ok()) Die(mapper.status().ToString());
    mapper_ = *std::move(mapper);
    auto record = record::Decode(wire_, record::Limits());
    if (!record.ok()) Die(record.status().ToString());
    record_ = *std::move(record);
    mapped_ = Map();
    if (!mapped_.status.ok()) Die(mapped_.status.ToString());
    for (const plugin::Emitted& output : mapped_.outputs) output_bytes_ += output.body.size();
  }

  void Decode() const {
    if (!record::Decode(wire_, record::Limits()).ok()) Die("a golden record does not decode");
  }

  plugin::MapResult Map() const {
    return std::move(mapper_->Map({{"application/vnd.kap.record+json", record_.json, "clinic"}},
                                  absl::Seconds(10))[0]);
  }

  void Check() const {
    for (const plugin::Emitted& output : mapped_.outputs) {
      if (output.media_type != "application/fhir+json") continue;
      fhir::CheckBaseR4(output.body,
                        std::string_view(output.name).substr(0, output.name.find('/')));
    }
  }

  pipeline::Processed Pipeline() const {
    const pipeline::Pipeline whole(*mapper_, {});
    return std::move(whole.Process({&record_}, absl::Seconds(10))[0]);
  }

  void Compress() const {
    std::string all = wire_;
    for (const plugin::Emitted& output : mapped_.outputs) all += output.body;
    std::string packed(ZSTD_compressBound(all.size()), '\0');
    ZSTD_compress(packed.data(), packed.size(), all.data(), all.size(), 1);
  }

  // What no mapping can do without: reading its input and writing its output.
  Spread Floor() const {
    std::vector<rapidjson::Document> outputs(mapped_.outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i) outputs[i].Parse(mapped_.outputs[i].body.c_str());
    return Micros([&] {
      rapidjson::Document input;
      input.Parse(record_.json.c_str());
      for (const rapidjson::Document& output : outputs) {
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
        output.Accept(writer);
      }
    });
  }

  size_t resources() const { return mapped_.outputs.size(); }
  size_t output_bytes() const { return output_bytes_; }
  size_t wire_bytes() const { return wire_.size(); }

 private:
  [[noreturn]] static void Die(const std::string& why) {
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
  }

  std::string wire_;
  std::unique_ptr<plugin::PluginSet> set_;
  std::unique_ptr<plugin::Mapper> mapper_;
  record::Record record_;
  plugin::MapResult mapped_;
  size_t output_bytes_ = 0;
};

}  // namespace

void AddStages(const std::string& golden, Report* report) {
  const Stages stages(golden);
  report->Add({.name = "large session, wire bytes",
               .value = static_cast<double>(stages.wire_bytes()),
               .unit = "B"});
  report->Add({.name = "large session, resources",
               .value = static_cast<double>(stages.resources()),
               .unit = ""});
  report->Add({.name = "large session, bytes of resources",
               .value = static_cast<double>(stages.output_bytes()),
               .unit = "B"});
  const Spread floor = stages.Floor();
  report->Add(RowOf("stage: RapidJSON reads input, writes output", floor));
  report->Add(
      RowOf("stage: decode, check, canonical JSON, hash", Micros([&] { stages.Decode(); })));
  Row map = RowOf("stage: map", Micros([&] { stages.Map(); }));
  map.peer = "RapidJSON reading and writing";
  map.ratio = map.value / floor.median;
  map.target = 2;
  map.smaller_is_better = true;
  report->Add(std::move(map));
  report->Add(RowOf("stage: check against base R4", Micros([&] { stages.Check(); })));
  report->Add(RowOf("stage: whole pipeline", Micros([&] { stages.Pipeline(); })));
  report->Add(RowOf("stage: compress", Micros([&] { stages.Compress(); })));
}

double MappingMicros(const std::string& golden) {
  const Stages stages(golden);
  return Micros([&] {
           stages.Decode();
           stages.Pipeline();
         })
      .median;
}

}  // namespace kgw::bench
