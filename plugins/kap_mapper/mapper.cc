#include <string>
#include <string_view>

#include "codes.h"
#include "kgw/kgw.hpp"
#include "mapping.h"
#include "provenance.h"
#include "record_types.h"
#include "settings.h"

namespace kgw::kap {
namespace {

constexpr std::string_view kRecordJson = "application/vnd.kap.record+json";
constexpr size_t kKeptBytes = size_t{1} << 20;
constexpr common::JsonLimits kLimits = {
    .bytes = size_t{1} << 30, .depth = 1000, .values = size_t{1} << 28, .known_utf8 = true};

struct Mapped {
  std::string_view type;
  void (*map)(Mapping&);
  bool about_patient;
};
constexpr Mapped kTypes[] = {
    {"Organization", &MapOrganization, false},
    {"Practitioner", &MapPractitioner, false},
    {"Patient", &MapPatient, false},
    {"Screening", &MapScreening, true},
    {"Visit", &MapVisit, true},
    {"Session", &MapSession, true},
    {"Outcome", &MapOutcome, true},
};

const Mapped* Find(std::string_view type) {
  for (const Mapped& mapped : kTypes) {
    if (mapped.type == type) return &mapped;
  }
  return nullptr;
}

// A thread maps many records: its buffers grow to the size of usual ones and stay.
struct Memory {
  Workspace workspace;
  common::JsonDocument record;

  void Trim() {
    record.Trim(kKeptBytes);
    if (workspace.body.capacity() > kKeptBytes) workspace = Workspace();
  }
};

Memory& ThreadMemory() {
  thread_local Memory memory;
  return memory;
}

sdk::Status MapRecord(const Settings& settings, const Codings& codings, sdk::Item item, Node record,
                      Workspace& workspace) {
  Mapping m(settings, codings, item, record, workspace);
  const Mapped* mapped = Find(m.record_type());
  if (mapped == nullptr) {
    m.Park("not-supported", "Record", "The mapper does not know records of this type.");
    return KGW_UNIMPLEMENTED;
  }
  if (mapped->about_patient && m.patient().empty()) {
    m.Park("required", "patient", "A record of this type is about a patient.");
    return m.status();
  }
  mapped->map(m);
  if (!m.status().ok()) return m.status();
  if (m.targets().empty()) {
    m.Park("required", "Record", "The record holds nothing that could be sent.");
    return m.status();
  }
  WriteProvenance(m, m.record_type() == "Outcome" ? m.content().text("session") : "");
  return m.status();
}

}  // namespace

// kgw.mapper/1 for KAP records. Nothing is kept from one record to the next but memory.
class KapMapper {
 public:
  KapMapper(sdk::Host, std::string_view config_json)
      : settings_(ReadSettings(config_json)), codings_(settings_.canonical_base) {}

  sdk::Status map(sdk::Item item) {
    if (item.media_type() != kRecordJson) {
      item.issue(KGW_ERROR, "not-supported", "Record", "The mapper takes KAP records only.");
      return KGW_UNIMPLEMENTED;
    }
    Memory& memory = ThreadMemory();
    // The gateway has checked and bounded the record.
    if (!memory.record.Parse(item.body(), kLimits) || !memory.record.root().is_object()) {
      item.issue(KGW_ERROR, "structure", "Record", "The record is not a JSON object.");
      return KGW_INVALID_ARGUMENT;
    }
    const sdk::Status status =
        MapRecord(settings_, codings_, item, memory.record.root(), memory.workspace);
    memory.Trim();
    return status;
  }

 private:
  const Settings settings_;
  const Codings codings_;
};

}  // namespace kgw::kap

KGW_PLUGIN(kgw::kap::KapMapper, "org.kap-gateway.kap-mapper", "0.1.0", "Apache-2.0",
           KGW_THREAD_SAFE | KGW_PURE)
