#include "tests/bench/support/report.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_format.h"
#include "gateway/base/json.h"

namespace kgw::bench {
namespace {

void WriteNumber(json::Writer& writer, const char* name, const std::optional<double>& value) {
  if (!value) return;
  writer.Key(name);
  writer.Number(absl::StrFormat("%.6g", *value));
}

void WriteRow(json::Writer& writer, const Row& row) {
  writer.StartObject();
  writer.Field("case", row.name);
  WriteNumber(writer, "value", row.value);
  writer.Field("unit", row.unit);
  if (row.spread) {
    WriteNumber(writer, "low", row.spread->low);
    WriteNumber(writer, "high", row.spread->high);
  }
  WriteNumber(writer, "p50_us", row.p50_us);
  WriteNumber(writer, "p99_us", row.p99_us);
  WriteNumber(writer, "cpu_us", row.cpu_us);
  WriteNumber(writer, "client_cpu_us", row.client_cpu_us);
  WriteNumber(writer, "bytes", row.bytes);
  if (row.ratio) {
    writer.Key("ratio");
    writer.StartObject();
    WriteNumber(writer, row.peer.c_str(), row.ratio);
    writer.EndObject();
  }
  if (row.ratio_spread) {
    WriteNumber(writer, "ratio_low", row.ratio_spread->low);
    WriteNumber(writer, "ratio_high", row.ratio_spread->high);
  }
  WriteNumber(writer, "target", row.target);
  if (row.target) {
    writer.Field("better", row.smaller_is_better ? "smaller" : "larger");
    writer.Key("met");
    writer.Bool(row.Met());
  }
  writer.EndObject();
}

std::string RatioText(const Row& row) {
  std::string text = absl::StrFormat("  %.3f x %s", *row.ratio, row.peer);
  if (row.ratio_spread) {
    text += absl::StrFormat(" [%.3f .. %.3f]", row.ratio_spread->low, row.ratio_spread->high);
  }
  return text;
}

}  // namespace

Spread SpreadOf(std::vector<double> rounds) {
  if (rounds.empty()) return {};
  std::sort(rounds.begin(), rounds.end());
  return {rounds[rounds.size() / 2], rounds.front(), rounds.back()};
}

void Row::CompareWith(std::string whom, std::vector<double> ratios) {
  peer = std::move(whom);
  ratio_spread = SpreadOf(std::move(ratios));
  ratio = ratio_spread->median;
}

bool Row::Met() const {
  if (!target) return true;
  const double measured = ratio.value_or(value);
  return smaller_is_better ? measured <= *target : measured >= *target;
}

Report::Report(std::string path) : path_(std::move(path)) {
  std::ifstream("/proc/loadavg") >> load_;
}

void Report::Add(Row row) {
  std::string line = absl::StrFormat("%-48s %12.1f %-12s", row.name, row.value, row.unit);
  if (row.spread) line += absl::StrFormat(" [%.1f .. %.1f]", row.spread->low, row.spread->high);
  if (row.p50_us) line += absl::StrFormat("  p50 %.0f us", *row.p50_us);
  if (row.p99_us) line += absl::StrFormat("  p99 %.0f us", *row.p99_us);
  if (row.cpu_us) line += absl::StrFormat("  cpu %.0f us", *row.cpu_us);
  if (row.client_cpu_us) line += absl::StrFormat("  client's cpu %.0f us", *row.client_cpu_us);
  if (row.bytes) line += absl::StrFormat("  written %.0f B", *row.bytes);
  if (row.ratio) line += RatioText(row);
  if (row.target) {
    line +=
        absl::StrFormat("  target %s%.3g: %s", row.smaller_is_better ? "<= " : ">= ", *row.target,
                        row.Met() ? "met" : "MISSED");
  }
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  rows_.push_back(std::move(row));
}

bool Report::Write() const {
  std::string text;
  json::Writer writer(&text);
  writer.StartObject();
  writer.Key("machine");
  writer.StartObject();
  writer.Key("cpus");
  writer.Integer(std::thread::hardware_concurrency());
  WriteNumber(writer, "fsync_us", FsyncMicros(std::filesystem::path(path_).parent_path().string()));
  WriteNumber(writer, "load", load_);
  writer.EndObject();
  writer.Key("rows");
  writer.StartArray();
  for (const Row& row : rows_) WriteRow(writer, row);
  writer.EndArray();
  writer.EndObject();
  std::ofstream out(path_, std::ios::trunc);
  out << text << '\n';
  return static_cast<bool>(out.flush());
}

double FsyncMicros(const std::string& folder) {
  const std::string path = (folder.empty() ? "." : folder) + "/fsync-probe.tmp";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const std::string block(4096, 'x');
  std::vector<double> rounds;
  for (int i = 0; i < 200; ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0) break;
    rounds.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  close(file);
  unlink(path.c_str());
  return SpreadOf(std::move(rounds)).median;
}

}  // namespace kgw::bench
