#include "tests/bench/delivery/records.h"

#include <utility>

#include "absl/strings/str_replace.h"
#include "tests/bench/support/golden.h"

namespace kgw::bench {
namespace {

// A golden file, the id its record has there, and the id it gets here where that is another one:
// the session and its patient name two records that no golden file is about.
struct Source {
  const char* file;
  const char* id;
  const char* becomes;
};
constexpr Source kClinic[] = {
    {"Organization/clinic", "ORG-1", "ORG-1"},
    {"Organization/payer", "ORG-PAY", "ORG-PAY"},
    {"Organization/pharmacy", "ORG-PHARM", "ORG-PHARM"},
    {"Practitioner/prescriber", "D-1", "D-1"},
    {"Practitioner/therapist", "T-1", "T-1"},
    {"Practitioner/without-family-name", "N-1", "N-1"},
    {"Practitioner/without-family-name", "N-1", "GP-9"},
};
constexpr Source kOfPatient[] = {
    {"Patient/full", "P-1", "P-1"},     {"Visit/screening-by-video", "V-1", "V-1"},
    {"Screening/full", "SC-1", "SC-1"}, {"Visit/dosing", "V-2", "V-0"},
    {"Visit/dosing", "V-2", "V-2"},     {"Visit/integration-by-telephone", "V-3", "V-3"},
};
constexpr char kLargeSession[] = "Session/large";

using Replacements = std::vector<std::pair<std::string, std::string>>;

std::string Text(const std::string& file) {
  return GoldenText("tests/golden/" + file + ".record.json");
}

std::string Quoted(const std::string& id) { return '"' + id + '"'; }

std::string TextOf(const Source& source) {
  return absl::StrReplaceAll(Text(source.file), {{Quoted(source.id), Quoted(source.becomes)}});
}

// Every id of the golden patient's records becomes this patient's own.
Replacements OwnIds(int patient) {
  Replacements own;
  const std::string suffix = "-BENCH-" + std::to_string(patient);
  for (const Source& source : kOfPatient) {
    own.emplace_back(Quoted(source.becomes), Quoted(source.becomes + suffix));
  }
  return own;
}

std::string Wire(const std::string& text, const Replacements& ids) {
  return RecordOf(absl::StrReplaceAll(text, ids)).SerializeAsString();
}

}  // namespace

std::vector<std::string> Surroundings(int patients) {
  std::vector<std::string> records;
  for (const Source& source : kClinic) records.push_back(Wire(TextOf(source), {}));
  for (int patient = 0; patient < patients; ++patient) {
    const Replacements own = OwnIds(patient);
    for (const Source& source : kOfPatient) records.push_back(Wire(TextOf(source), own));
  }
  return records;
}

std::vector<std::string> Sessions(int sessions, int patients) {
  const std::string text = Text(kLargeSession);
  std::vector<std::string> records;
  records.reserve(static_cast<size_t>(sessions));
  for (int session = 0; session < sessions; ++session) {
    Replacements own = OwnIds(session % patients);
    own.emplace_back(Quoted("S-1"), Quoted("S-BENCH-" + std::to_string(session)));
    records.push_back(Wire(text, own));
  }
  return records;
}

}  // namespace kgw::bench
