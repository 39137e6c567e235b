// Delivers session bundles to a far side that answers at once, beside libcurl alone with the same
// bytes, and on request beside another build of the gateway, in turns.
//   delivery_bench --out FILE [--quick] [--gateway FOLDER] [--beside FOLDER]
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/delivery/round.h"
#include "tests/bench/delivery/settings.h"
#include "tests/bench/support/program.h"
#include "tests/bench/support/report.h"

namespace kgw::bench {
namespace {

using Rounds = std::vector<DeliveryRound>;
using Figure = double DeliveryRound::*;

// How much slower this build may be than the one beside it.
constexpr double kSlower = 1.05;
constexpr double kReceiverBusy = 50;  // percent: above it the receiver might hold the gateway up

struct Turns {
  Rounds bare;  // one more than of the gateway's: before and after each
  Rounds own;
  Rounds other;
};

Turns Take(const Settings& settings) {
  DeliveryRounds rounds(settings);
  Turns turns;
  rounds.Gateway(settings.gateway);  // gives libcurl its bytes, and warms the machine
  turns.bare.push_back(rounds.Bare());
  for (int i = 0; i < settings.rounds; ++i) {
    const auto other = [&] {
      if (!settings.beside.empty()) turns.other.push_back(rounds.Gateway(settings.beside));
    };
    if (i % 2 != 0) other();
    turns.own.push_back(rounds.Gateway(settings.gateway));
    if (i % 2 == 0) other();
    turns.bare.push_back(rounds.Bare());
  }
  return turns;
}

Spread Of(const Rounds& rounds, Figure figure) {
  std::vector<double> values;
  for (const DeliveryRound& round : rounds) values.push_back(round.*figure);
  return SpreadOf(std::move(values));
}

Row RowOf(const std::string& name, const Rounds& rounds, Figure figure, const std::string& unit) {
  Row row{.name = name, .unit = unit, .spread = Of(rounds, figure)};
  row.value = row.spread->median;
  return row;
}

Row RateOf(const std::string& name, const Rounds& rounds) {
  Row row = RowOf(name, rounds, &DeliveryRound::per_second, "deliveries/s");
  row.cpu_us = Of(rounds, &DeliveryRound::cpu_us).median;
  row.client_cpu_us = Of(rounds, &DeliveryRound::receiver_cpu_us).median;
  return row;
}

// Round by round against the mean of the two of libcurl around it.
std::vector<double> BesideBare(const Turns& turns, Figure figure) {
  std::vector<double> ratios;
  for (size_t i = 0; i < turns.own.size(); ++i) {
    const double around = (turns.bare[i].*figure + turns.bare[i + 1].*figure) / 2;
    ratios.push_back(turns.own[i].*figure / around);
  }
  return ratios;
}

std::vector<double> BesideOther(const Turns& turns, Figure figure) {
  std::vector<double> ratios;
  for (size_t i = 0; i < turns.own.size(); ++i) {
    ratios.push_back(turns.own[i].*figure / turns.other[i].*figure);
  }
  return ratios;
}

void AddDeliveries(const Turns& turns, Report* report) {
  report->Add(RateOf("session bundle, libcurl alone", turns.bare));
  Row rate = RateOf("session bundle", turns.own);
  rate.bytes = Of(turns.own, &DeliveryRound::disk_bytes).median;
  rate.CompareWith("libcurl alone", BesideBare(turns, &DeliveryRound::per_second));
  report->Add(std::move(rate));
  Row cpu = RowOf("CPU of a delivery", turns.own, &DeliveryRound::cpu_us, "us");
  cpu.CompareWith("libcurl alone", BesideBare(turns, &DeliveryRound::cpu_us));
  report->Add(std::move(cpu));
  const double resources = turns.own.front().resources;
  Row each = RowOf("CPU of a resource", turns.own, &DeliveryRound::cpu_us, "us");
  each.value /= resources;
  each.spread = {each.value, each.spread->low / resources, each.spread->high / resources};
  report->Add(std::move(each));
}

void AddWhatWasSent(const Turns& turns, Report* report) {
  report->Add(RowOf("requests of a delivery", turns.own, &DeliveryRound::requests, ""));
  report->Add(RowOf("resources of a delivery", turns.own, &DeliveryRound::resources, ""));
  report->Add(RowOf("bytes of a bundle", turns.own, &DeliveryRound::body_bytes, "B"));
  report->Add(RowOf("bytes written for a delivery", turns.own, &DeliveryRound::disk_bytes, "B"));
  report->Add(RowOf("memory at most", turns.own, &DeliveryRound::peak_megabytes, "MB"));
  Row busy = RowOf("receiver's thread at work", turns.own, &DeliveryRound::receiver_busy, "%");
  busy.value *= 100;
  busy.spread = {busy.value, busy.spread->low * 100, busy.spread->high * 100};
  busy.target = kReceiverBusy;
  busy.smaller_is_better = true;
  report->Add(std::move(busy));
}

void AddOther(const Turns& turns, Report* report) {
  report->Add(RateOf("session bundle, the other build", turns.other));
  Row rate = RateOf("session bundle beside the other build", turns.own);
  rate.CompareWith("the other build", BesideOther(turns, &DeliveryRound::per_second));
  rate.target = 1 / kSlower;
  report->Add(std::move(rate));
  Row cpu = RowOf("CPU beside the other build", turns.own, &DeliveryRound::cpu_us, "us");
  cpu.CompareWith("the other build", BesideOther(turns, &DeliveryRound::cpu_us));
  cpu.target = kSlower;
  cpu.smaller_is_better = true;
  report->Add(std::move(cpu));
}

bool Run(const Settings& settings) {
  Report report(settings.out);
  const Turns turns = Take(settings);
  AddDeliveries(turns, &report);
  AddWhatWasSent(turns, &report);
  if (!turns.other.empty()) AddOther(turns, &report);
  return report.Write();
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
  kgw::bench::Settings settings;
  settings.gateway = kgw::bench::ProgramFolder();
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--out") == 0 && i + 1 < argc) settings.out = argv[++i];
    if (std::strcmp(argv[i], "--gateway") == 0 && i + 1 < argc) settings.gateway = argv[++i];
    if (std::strcmp(argv[i], "--beside") == 0 && i + 1 < argc) settings.beside = argv[++i];
    if (std::strcmp(argv[i], "--quick") == 0) {
      settings.rounds = 3;
      settings.sessions = 200;
      settings.patients = 16;
    }
  }
  if (settings.out.empty()) {
    std::fprintf(stderr,
                 "usage: delivery_bench --out FILE [--quick] [--gateway FOLDER] [--beside FOLDER]\n"
                 "A FOLDER holds a built kap-gateway.\n");
    return 2;
  }
  return kgw::bench::Run(settings) ? 0 : 1;
}
