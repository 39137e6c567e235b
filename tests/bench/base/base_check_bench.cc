// What reading, checking and writing cost for the resources of one large session: a Bundle of some
// 65 kB, mostly observations. bytes_per_second counts the text. A label "beside NAME" compares a
// row with another of the same run: RapidJSON doing the same without our guards.
#include <benchmark/benchmark.h>
#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "gateway/base/ids.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/fhir/base_check.h"
#include "tests/support/json_text.h"

namespace kgw {
namespace {

std::string Observation(int number) {
  return StrCat(
      R"({"resourceType":"Observation","id":"2b2a0fdd-54ef-80eb-9447-0f46b081c36c","meta":{)"
      R"("profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure"]},)"
      R"("extension":[{"url":"https://kap-gateway.org/fhir/StructureDefinition/kap-phase",)"
      R"("valueCode":"dosing"}],"identifier":[{"system":"https://kap-gateway.org/fhir/id/Session",)"
      R"("value":"S-1/bp/)",
      number,
      R"("}],"status":"final","category":[{"coding":[{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],)"
      R"("code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":)"
      R"("Blood pressure panel"}]},"subject":{"reference":"kgw:record/Patient/P-1/Patient"},)"
      R"("encounter":{"reference":"kgw:record/Visit/V-2/Encounter"},"effectiveDateTime":)"
      R"("2024-05-17T09:30:00+02:00","component":[{"code":{"coding":[{"system":"http://loinc.org",)"
      R"("code":"8480-6"}]},"valueQuantity":{"value":128,"unit":"mmHg","system":)"
      R"("http://unitsofmeasure.org","code":"mm[Hg]"}}]})");
}

const std::string& SessionBundle() {
  static const std::string bundle = [] {
    std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (int i = 0; i < 65; ++i)
      StrAppend(&text, i == 0 ? "" : ",", "{\"resource\":", Observation(i), "}");
    return text + "]}";
  }();
  return bundle;
}

class Ignore : public json::EventHandler {
 public:
  bool Null(size_t) override { return true; }
  bool Bool(bool, size_t) override { return true; }
  bool Number(std::string_view, size_t) override { return true; }
  bool String(std::string_view, size_t) override { return true; }
  bool StartObject(size_t) override { return true; }
  bool Key(std::string_view, size_t) override { return true; }
  bool EndObject() override { return true; }
  bool StartArray(size_t) override { return true; }
  bool EndArray() override { return true; }
};

void CountBytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * SessionBundle().size()));
}

constexpr unsigned kRapidFlags =
    rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

void BM_RapidJsonEvents(benchmark::State& state) {
  for (auto _ : state) {
    rapidjson::BaseReaderHandler<> ignore;
    rapidjson::MemoryStream stream(SessionBundle().data(), SessionBundle().size());
    rapidjson::Reader reader;
    benchmark::DoNotOptimize(reader.Parse<kRapidFlags>(stream, ignore));
  }
  CountBytes(state);
}
BENCHMARK(BM_RapidJsonEvents);

void BM_RapidJsonDocument(benchmark::State& state) {
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse<kRapidFlags>(SessionBundle().data(), SessionBundle().size());
    benchmark::DoNotOptimize(document);
  }
  CountBytes(state);
}
BENCHMARK(BM_RapidJsonDocument);

void BM_RapidJsonWrite(benchmark::State& state) {
  rapidjson::Document document;
  document.Parse(SessionBundle().data(), SessionBundle().size());
  for (auto _ : state) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    document.Accept(writer);
    benchmark::DoNotOptimize(buffer.GetString());
  }
  CountBytes(state);
}
BENCHMARK(BM_RapidJsonWrite);

void BM_ParseEvents(benchmark::State& state) {
  Ignore ignore;
  for (auto _ : state) benchmark::DoNotOptimize(json::ParseEvents(SessionBundle(), ignore));
  state.SetLabel("beside BM_RapidJsonEvents");
  CountBytes(state);
}
BENCHMARK(BM_ParseEvents);

void BM_ParseDocument(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(json::Document::Parse(SessionBundle()));
  state.SetLabel("beside BM_RapidJsonDocument");
  CountBytes(state);
}
BENCHMARK(BM_ParseDocument);

void BM_WriteTree(benchmark::State& state) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(SessionBundle());
  for (auto _ : state) benchmark::DoNotOptimize(json::ToText(document->root()));
  state.SetLabel("beside BM_RapidJsonWrite");
  CountBytes(state);
}
BENCHMARK(BM_WriteTree);

void BM_CheckBaseR4(benchmark::State& state) {
  for (auto _ : state) {
    const fhir::Findings findings = fhir::CheckBaseR4(SessionBundle(), "Bundle");
    if (!findings.issues.empty()) state.SkipWithError("the benchmark's resources are not valid");
  }
  state.SetLabel("beside BM_RapidJsonDocument");
  CountBytes(state);
}
BENCHMARK(BM_CheckBaseR4);

void BM_CheckEachResource(benchmark::State& state) {
  const std::string observation = Observation(1);
  for (auto _ : state) benchmark::DoNotOptimize(fhir::CheckBaseR4(observation, "Observation"));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * observation.size()));
}
BENCHMARK(BM_CheckEachResource);

void BM_ResourceId(benchmark::State& state) {
  const ResourceIds ids({"demo-clinic", "kap-ehr", "Session", "S-1"}, "P-1");
  for (auto _ : state) benchmark::DoNotOptimize(ids.Of("Observation/bp/1"));
}
BENCHMARK(BM_ResourceId);

}  // namespace
}  // namespace kgw
