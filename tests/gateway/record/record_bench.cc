// How fast records are decoded: wire bytes to checked record with JSON and hash, and the parts of
// that, in bytes of JSON a second. protobuf's own printer stands beside it.
#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>

#include "gateway/record/checks.h"
#include "gateway/record/invariants.h"
#include "gateway/record/json_text.h"
#include "gateway/record/record.h"
#include "gateway/record/wire_reader.h"
#include "tests/gateway/record/decoding.h"
#include "tests/gateway/record/samples.h"

namespace kgw::record {
namespace {

// A session of usual size: fourteen readings, two adverse events.
std::string LargeSession() {
  kap::v1::Record record = SampleSession();
  auto& session = *record.mutable_session();
  for (int i = 2; i <= 14; ++i) {
    auto& vitals = *session.add_vitals();
    vitals = session.vitals(0);
    vitals.set_id("B-" + std::to_string(i));
    vitals.set_heart_rate(60 + i);
    vitals.set_respiratory_rate(14);
  }
  auto& event = *session.add_adverse_events();
  event = session.adverse_events(0);
  event.set_id("AE-2");
  event.mutable_treatments(0)->set_id("AT-2");
  return record.SerializeAsString();
}

void CountJson(benchmark::State& state, const std::string& bytes) {
  const std::string json = CanonicalJson(bytes);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * json.size()));
  state.counters["wire"] = static_cast<double>(bytes.size());
  state.counters["json"] = static_cast<double>(json.size());
}

void BM_Decode(benchmark::State& state) {
  const std::string bytes = LargeSession();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decode(bytes, Limits{}));
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_Decode);

void BM_ReadWire(benchmark::State& state) {
  const std::string bytes = LargeSession();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ReadWire(bytes, Limits{}));
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_ReadWire);

void BM_Checks(benchmark::State& state) {
  const std::string bytes = LargeSession();
  const Tree tree = *ReadWire(bytes, Limits{});
  for (auto _ : state) {
    Findings findings;
    std::vector<Mention> mentions;
    CheckFields(tree, findings, mentions);
    CheckInvariants(tree, findings);
    benchmark::DoNotOptimize(findings.Take());
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_Checks);

void BM_JsonText(benchmark::State& state) {
  const std::string bytes = LargeSession();
  const Tree tree = *ReadWire(bytes, Limits{});
  for (auto _ : state) {
    benchmark::DoNotOptimize(JsonText(tree));
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_JsonText);

void BM_Hash(benchmark::State& state) {
  const std::string bytes = LargeSession();
  const std::string json = CanonicalJson(bytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Sha256Of(json));
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_Hash);

void BM_ProtobufPrinter(benchmark::State& state) {
  const std::string bytes = LargeSession();
  for (auto _ : state) {
    kap::v1::Record record;
    record.ParseFromString(bytes);
    std::string json;
    benchmark::DoNotOptimize(google::protobuf::util::MessageToJsonString(record, &json));
  }
  CountJson(state, bytes);
}
BENCHMARK(BM_ProtobufPrinter);

}  // namespace
}  // namespace kgw::record

BENCHMARK_MAIN();
