#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "gateway/fhir/base_check.h"
#include "gateway/record/json_text.h"
#include "gateway/record/wire_reader.h"
#include "tests/bench/ingest/committing.h"
#include "tests/bench/ingest/mapping.h"
#include "tests/bench/ingest/micros.h"
#include "tests/bench/ingest/parts.h"

namespace kgw::bench {
namespace {

Row RowOf(const std::string& name, const Spread& spread) {
  return {.name = name, .value = spread.median, .unit = "us", .spread = spread};
}

Row Size(const std::string& name, size_t value, const std::string& unit) {
  return {.name = name, .value = static_cast<double>(value), .unit = unit};
}

// What no mapping can do without: reading its input and writing its output.
std::function<void()> Floor(const record::Record& record, const plugin::MapResult& mapped) {
  auto outputs = std::make_shared<std::vector<rapidjson::Document>>(mapped.outputs.size());
  for (size_t i = 0; i < outputs->size(); ++i) (*outputs)[i].Parse(mapped.outputs[i].body.c_str());
  return [outputs, &record] {
    rapidjson::Document input;
    input.Parse(record.json.c_str());
    for (const rapidjson::Document& output : *outputs) {
      rapidjson::StringBuffer buffer;
      rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
      output.Accept(writer);
    }
  };
}

void Check(const plugin::MapResult& mapped) {
  for (const plugin::Emitted& output : mapped.outputs) {
    if (output.media_type != "application/fhir+json") continue;
    fhir::CheckBaseR4(output.body, std::string_view(output.name).substr(0, output.name.find('/')));
  }
}

void AddSizes(const std::string& wire, const pipeline::Processed& processed, Report* report) {
  size_t bytes = 0;
  for (const store::Resource& resource : processed.resources) bytes += resource.body.size();
  report->Add(Size("large session, wire bytes", wire.size(), "B"));
  report->Add(Size("large session, resources", processed.resources.size(), ""));
  report->Add(Size("large session, bytes of resources", bytes, "B"));
}

void AddMap(const Mapping& mapping, const record::Record& record, const plugin::MapResult& mapped,
            Report* report) {
  const std::vector<Spread> spent = Micros({Floor(record, mapped), [&] { mapping.Map(record); }});
  report->Add(RowOf("stage: RapidJSON reads input, writes output", spent[0]));
  Row map = RowOf("stage: map", spent[1]);
  map.peer = "RapidJSON reading and writing";
  map.ratio = map.value / spent[0].median;
  map.target = 2;
  map.smaller_is_better = true;
  report->Add(std::move(map));
}

}  // namespace

void Stages(Bench& bench) {
  const Mapping mapping;
  const std::string wire = bench.source.Make(kLargeSession, 1)[0];
  const record::Record record = mapping.Decode(wire);
  const plugin::MapResult mapped = mapping.Map(record);
  const pipeline::Processed processed = mapping.Process(record);
  std::string all;
  for (const store::Resource& resource : processed.resources) all += resource.body;

  AddSizes(wire, processed, &bench.report);
  AddMap(mapping, record, mapped, &bench.report);
  const std::vector<Spread> spent = Micros({
      [&] { mapping.Decode(wire); },
      [&] { static_cast<void>(record::JsonText(*record::ReadWire(wire, record::Limits{}))); },
      [&] { Check(mapped); },
      [&] { mapping.Process(record); },
      [&] {
        CompressedSize(wire);
        CompressedSize(all);
      },
  });
  bench.report.Add(RowOf("stage: decode, check content, canonical JSON, hash", spent[0]));
  bench.report.Add(RowOf("stage: JSON alone, out of the wire bytes", spent[1]));
  bench.report.Add(RowOf("stage: check against base R4", spent[2]));
  bench.report.Add(RowOf("stage: map, check, ids, labels", spent[3]));
  bench.report.Add(RowOf("stage: compress", spent[4]));
  bench.report.Add(RowOf("stage: store: compress, hash, commit, 64 in flight",
                         CommitCpuMicros(bench.servers.NewStore(), mapping,
                                         bench.source.Make(kLargeSession, 5 * kCommitStretch))));
}

}  // namespace kgw::bench
