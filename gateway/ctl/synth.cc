#include "gateway/ctl/synth.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/progress.h"
#include "gateway/ctl/record_json.h"

namespace kgw::ctl {
namespace {

// What a run must lead to.
struct Expected {
  std::map<std::string, int64_t> records;
  int64_t total = 0;
  int64_t charge_lines = 0;
  int64_t minor_units = 0;
  int64_t billable_visits = 0;

  void Count(const kap::v1::Record& record) {
    ++records[KeyOf(record).type()];
    ++total;
    if (record.visit().charges().empty()) return;
    ++billable_visits;
    for (const auto& line : record.visit().charges()) {
      ++charge_lines;
      minor_units += line.amount_minor();
    }
  }

  std::string Json() const {
    std::string text;
    json::Writer writer(&text);
    writer.StartObject();
    writer.Key("records");
    writer.StartObject();
    writer.Key("total");
    writer.Integer(total);
    for (const auto& [type, count] : records) {
      writer.Key(type);
      writer.Integer(count);
    }
    writer.EndObject();
    writer.Key("feed");
    writer.StartObject();
    writer.Key("rows");
    writer.Integer(billable_visits);
    writer.EndObject();
    writer.Key("charges");
    writer.StartObject();
    writer.Key("lines");
    writer.Integer(charge_lines);
    writer.Field("currency", "USD");
    writer.Key("minor_units");
    writer.Integer(minor_units);
    writer.EndObject();
    writer.EndObject();
    return text;
  }
};

}  // namespace

std::string SynthTime(absl::CivilDay day, int minute_of_day) {
  day += minute_of_day / 1440;
  const int minute = minute_of_day % 1440;
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:00-07:00", day.year(), day.month(), day.day(),
                         minute / 60, minute % 60);
}

kap::v1::Record SynthEnvelope(const SynthOptions& options, const std::string& id,
                              const std::string& time) {
  kap::v1::Record record;
  record.set_tenant(options.tenant);
  record.set_source(options.source);
  record.set_id(id);
  record.set_version(1);
  record.set_recorded_time(time);
  record.set_load_mode(kap::v1::LOAD_MODE_LIVE);
  record.set_test_data(true);
  record.mutable_author()->mutable_who()->set_practitioner(kSynthTherapist);
  record.mutable_author()->set_organization(kSynthClinic);
  return record;
}

ExitCode Synth(const SynthOptions& options) {
  absl::CivilDay start;
  if (!absl::ParseCivilTime(options.start, &start)) {
    std::fprintf(stderr, "kapctl: --start is a day such as 2026-03-02\n");
    return kUsage;
  }
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  std::ofstream out(StrCat(options.out, "/records.jsonl"), std::ios::trunc);
  Expected expected;
  const RecordSink write = [&](const kap::v1::Record& record) {
    std::string line;
    const auto printed = google::protobuf::util::MessageToJsonString(record, &line);
    if (printed.ok()) out << line << '\n';
    expected.Count(record);
  };
  {
    Progress progress("writing courses", options.courses);
    SynthDirectory(options, write);
    for (int number = 1; number <= options.courses; ++number) {
      SynthCourse(options, number, start + (number - 1) / 4, write);
      progress.Set(number);
    }
  }
  out.close();
  std::ofstream(StrCat(options.out, "/expected.json"), std::ios::trunc) << expected.Json() << '\n';
  if (!out) {
    std::fprintf(stderr, "kapctl: %s: cannot be written\n", options.out.c_str());
    return kNo;
  }
  std::printf("%lld records in %s/records.jsonl\n", static_cast<long long>(expected.total),
              options.out.c_str());
  return kOk;
}

}  // namespace kgw::ctl
