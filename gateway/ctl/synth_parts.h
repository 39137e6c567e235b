#ifndef GATEWAY_CTL_SYNTH_PARTS_H_
#define GATEWAY_CTL_SYNTH_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/synth.h"
#include "gateway/ctl/synth_random.h"

// What the files that make up a course share.
namespace kgw::ctl {

inline constexpr int kSynthMorning = 9 * 60;  // minute of the day at which visits begin

// One patient's way through the clinic. Every draw from `random` changes all that follow it, so
// the order in which records are made is part of what a seed means.
struct Course {
  Course(const SynthOptions& options, int number, absl::CivilDay start, const RecordSink& sink)
      : options(options),
        sink(sink),
        random(options.seed * 1000003 + static_cast<uint64_t>(number)),
        number(absl::StrFormat("%04d", number)),
        start(start),
        phq9(random.Between(15, 24)),
        gad7(random.Between(8, 17)) {}

  std::string Id(std::string_view kind) const { return StrCat(kind, "-", number); }

  kap::v1::Record Envelope(const std::string& id, const std::string& time) const {
    kap::v1::Record record = SynthEnvelope(options, id, time);
    record.set_patient(Id("P"));
    return record;
  }

  const char* Diagnosis() const {
    constexpr const char* kDiagnoses[] = {"F33.1", "F33.2", "F41.1", "F43.12"};
    return kDiagnoses[(number.back() - '0') % 4];
  }

  const SynthOptions& options;
  const RecordSink& sink;
  SynthRandom random;
  const std::string number;
  const absl::CivilDay start;
  int phq9;  // of today
  int gad7;
  int baseline_phq9 = 0;  // of the screening
  int baseline_gad7 = 0;
  bool insured = true;
};

struct SynthCharge {
  const char* cpt;
  int minor_units;  // up to 99 more are drawn
};

// A finished visit with its people, phases, charge and note.
void SynthVisit(Course& course, std::string_view kind_id, kap::v1::VisitKind kind,
                absl::CivilDay day, int minutes, SynthCharge charge);
// One dosing: order, dispense, dose, vitals, discharge.
void SynthSession(Course& course, int session, absl::CivilDay day);
// One reading; `rise` is what the dose adds to the blood pressure.
void AddVitals(Course& course, kap::v1::VitalsReading* reading, const std::string& id,
               absl::CivilDay day, int minute, int rise, kap::v1::VitalsSlot slot);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SYNTH_PARTS_H_
