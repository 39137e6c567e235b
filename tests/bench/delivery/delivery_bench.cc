// Delivers session bundles to a far side that answers at once, beside libcurl alone with the same
// bytes, and on request beside another build of the gateway, in turns.
//   delivery_bench --out FILE [--quick] [--gateway FOLDER] [--beside FOLDER] [--rounds N]
//   [--sessions N]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
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

// Dies at what is none.
int Number(const char* text) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 1) Die(std::string(text) + " is no number");
  return number;
}

bool Run(const Settings& settings) {
  Report report(settings.out);
  const Turns turns = Take(settings);
  AddDeliveries(turns, &report);
  AddWhatWasSent(turns, &report);
  if (!turns.other.empty()) AddOther(turns, &report);
  return report.Write();
}

struct Option {
  const char* name;
  std::function<void(Settings&, const char*)> set;
};

// Nothing where a word is no option, or lacks its value.
std::optional<Settings> Read(const std::vector<const char*>& words) {
  const Option options[] = {
      {"--out", [](Settings& settings, const char* value) { settings.out = value; }},
      {"--gateway", [](Settings& settings, const char* value) { settings.gateway = value; }},
      {"--beside", [](Settings& settings, const char* value) { settings.beside = value; }},
      {"--rounds", [](Settings& settings, const char* value) { settings.rounds = Number(value); }},
      {"--sessions",
       [](Settings& settings, const char* value) { settings.sessions = Number(value); }},
  };
  Settings settings;
  settings.gateway = ProgramFolder();
  for (size_t i = 0; i < words.size(); ++i) {
    if (std::strcmp(words[i], "--quick") == 0) {
      settings.rounds = 3;
      settings.sessions = 200;
      settings.patients = 16;
      continue;
    }
    const auto* const option = std::ranges::find_if(
        options, [&](const Option& one) { return std::strcmp(one.name, words[i]) == 0; });
    if (option == std::end(options) || ++i == words.size()) return std::nullopt;
    option->set(settings, words[i]);
  }
  if (settings.out.empty()) return std::nullopt;
  return settings;
}

}  // namespace
}  // namespace kgw::bench

int main(int argc, char** argv) {
  const auto settings = kgw::bench::Read({argv + 1, argv + argc});
  if (!settings) {
    std::fprintf(stderr,
                 "usage: delivery_bench --out FILE [--quick] [--gateway FOLDER] [--beside FOLDER] "
                 "[--rounds N] [--sessions N]\nA FOLDER holds a built kap-gateway.\n");
    return 2;
  }
  return kgw::bench::Run(*settings) ? 0 : 1;
}
