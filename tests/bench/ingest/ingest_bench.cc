// Takes records as fast as it can: the gateway beside the limits of this machine, in turns.
//   ingest_bench --out FILE [--quick] [--only PART] [--beside FOLDER]
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "tests/bench/ingest/parts.h"

namespace kgw::bench {
namespace {

struct Part {
  const char* name;
  void (*run)(Bench&);
};

constexpr Part kParts[] = {
    {"stages", Stages},
    {"ready", ReadyWhenEmpty},
    {"large", CompareLargeSession},
    {"small", CompareSmallOutcome},
    {"one", OneInFlight},
    {"hapi", BesideHapi},
    {"beside", BesideAnotherBuild},
    {"growth", Growth},
};

bool Run(Settings settings) {
  const std::filesystem::path out = settings.out;
  const std::string only = settings.only;
  Bench bench{std::move(settings), Servers(out.parent_path() / "ingest-stores"), RecordSource(),
              Report(out)};
  bool found = false;
  for (const Part& part : kParts) {
    if (!only.empty() && only != part.name) continue;
    found = true;
    const auto start = std::chrono::steady_clock::now();
    part.run(bench);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    std::fprintf(stderr, "bench: ingest %s took %.0f s\n", part.name, spent.count());
  }
  if (!found) Die("there is no part " + only);
  return bench.report.Write();
}

Settings Quick(Settings settings) {
  settings.rounds = 3;
  settings.large = 500;
  settings.small = 2000;
  settings.one = 100;
  settings.stored = 80000;
  settings.hapi_warm_up = 20;
  settings.hapi = 5;
  return settings;
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
  kgw::bench::Settings settings;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--out") == 0 && i + 1 < argc) settings.out = argv[++i];
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) settings.only = argv[++i];
    if (std::strcmp(argv[i], "--beside") == 0 && i + 1 < argc) settings.beside = argv[++i];
    if (std::strcmp(argv[i], "--quick") == 0) settings = kgw::bench::Quick(std::move(settings));
  }
  if (settings.out.empty()) {
    std::fprintf(stderr,
                 "usage: ingest_bench --out FILE [--quick] [--only "
                 "stages|ready|large|small|one|hapi|beside|growth] [--beside FOLDER]\n"
                 "FOLDER holds a built kap-gateway.\n");
    return 2;
  }
  return kgw::bench::Run(std::move(settings)) ? 0 : 1;
}
