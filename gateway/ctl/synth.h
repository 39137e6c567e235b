#ifndef GATEWAY_CTL_SYNTH_H_
#define GATEWAY_CTL_SYNTH_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "gateway/ctl/exit_code.h"
#include "kap/v1/record.pb.h"

namespace kgw::ctl {

struct SynthOptions {
  uint64_t seed = 1;
  int courses = 6;
  std::string start = "2026-03-02";  // day of the first screening
  std::string out;                   // folder: records.jsonl and expected.json
  std::string tenant = "demo-clinic";
  std::string source = "kap-ehr";
};

// Writes made-up courses of a made-up clinic: directory, patients, screenings, visits, three
// sessions and outcomes each; every record is marked as test data. The same bytes for the same
// options. expected.json says what must come out: records by type, charge lines and their amount.
ExitCode Synth(const SynthOptions& options);

// Where the records go, in an order in which each comes after what it refers to.
using RecordSink = std::function<void(const kap::v1::Record&)>;

// The clinic, its pharmacy, its payer and its staff.
void SynthDirectory(const SynthOptions& options, const RecordSink& sink);
// One patient's course; `number` from 1 makes the ids.
void SynthCourse(const SynthOptions& options, int number, absl::CivilDay start,
                 const RecordSink& sink);

// An envelope without content.
kap::v1::Record SynthEnvelope(const SynthOptions& options, const std::string& id,
                              const std::string& time);
// "2026-03-02T09:30:00-07:00".
std::string SynthTime(absl::CivilDay day, int minute_of_day);

inline constexpr char kSynthClinic[] = "ORG-CLINIC";
inline constexpr char kSynthPharmacy[] = "ORG-PHARMACY";
inline constexpr char kSynthPayer[] = "ORG-PAYER";
inline constexpr char kSynthRoom[] = "ROOM-1";
inline constexpr char kSynthPrescriber[] = "T-1";
inline constexpr char kSynthTherapist[] = "T-2";
inline constexpr char kSynthSitter[] = "T-3";

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SYNTH_H_
