#include "gateway/record/record.h"

#include <algorithm>
#include <utility>

#include "gateway/base/violation.h"
#include "gateway/record/checks.h"
#include "gateway/record/findings.h"
#include "gateway/record/forms.h"
#include "gateway/record/invariants.h"
#include "gateway/record/json_text.h"
#include "gateway/record/wire_reader.h"
#include "kap/v1/record.pb.h"
#include "kap/v1/visit.pb.h"

namespace kgw::record {
namespace {

using Wire = kap::v1::Record;

// The message of the content; null where there is none.
const Entry* ContentOf(const Tree& tree) {
  const Entry* child = tree.entries.data() + tree.root().first;
  const Entry* end = child + tree.root().count;
  const Entry* content =
      std::find_if(child, end, [](const Entry& entry) { return entry.field->oneof >= 0; });
  return content == end ? nullptr : content;
}

void CheckId(const Node& root, int number, bool required, std::vector<FieldViolation>& violations) {
  const Entry* entry = root.Find(number);
  if (entry == nullptr ? required : !HasForm(entry->text(), kap::v1::FORM_ID)) {
    violations.push_back({RecordSchema().Find(static_cast<uint32_t>(number))->json_name,
                          entry == nullptr
                              ? "is missing"
                              : "must be an id of 1 to 256 bytes without control characters"});
  }
}

// Without these a record has no name, so nothing could be kept of it.
absl::Status CheckKey(const Node& root) {
  std::vector<FieldViolation> violations;
  CheckId(root, Wire::kTenantFieldNumber, true, violations);
  CheckId(root, Wire::kSourceFieldNumber, true, violations);
  CheckId(root, Wire::kIdFieldNumber, true, violations);
  CheckId(root, Wire::kPatientFieldNumber, false, violations);
  if (root.Number(Wire::kVersionFieldNumber) <= 0) {
    violations.push_back({"version", "must be a positive integer"});
  }
  if (ContentOf(root.tree()) == nullptr) {
    violations.push_back({"content", "is missing: a record says something"});
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

RecordKey KeyOf(const Node& root) {
  RecordKey key;
  key.name.tenant = root.Text(Wire::kTenantFieldNumber);
  key.name.source = root.Text(Wire::kSourceFieldNumber);
  key.name.type = ContentOf(root.tree())->field->message->name;
  key.name.id = root.Text(Wire::kIdFieldNumber);
  key.version = root.Number(Wire::kVersionFieldNumber);
  return key;
}

std::string PatientOf(const Node& root, const RecordName& name) {
  const bool own = name.type == "Patient";
  return own ? name.id : std::string(root.Text(Wire::kPatientFieldNumber));
}

bool IsBillable(const Node& root) {
  if (root.Number(Wire::kLoadModeFieldNumber) == kap::v1::LOAD_MODE_HISTORICAL) {
    return false;
  }
  for (const Node& visit : root.All(Wire::kVisitFieldNumber)) {
    return visit.Has(kap::v1::Visit::kChargesFieldNumber);
  }
  return false;
}

std::vector<RecordName> ReferencesOf(const Tree& tree, const Record& record,
                                     const std::vector<Mention>& mentions, Findings& findings) {
  const RecordName& self = record.key.name;
  std::vector<RecordName> names;
  if (!record.patient.empty() && self.type != "Patient") {
    names.push_back({self.tenant, self.source, "Patient", record.patient});
  }
  for (const Mention& mention : mentions) {
    if (mention.type == self.type && mention.entry->text() == self.id) {
      if (mention.entry->field->not_itself) {
        findings.Error("invariant", PathOf(tree, *mention.entry), "names the record itself");
      }
      continue;  // nothing waits for itself
    }
    names.push_back(
        {self.tenant, self.source, std::string(mention.type), std::string(mention.entry->text())});
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

absl::StatusOr<Record> Decode(std::string bytes, const Limits& limits) {
  Record record;
  record.bytes = std::move(bytes);  // before reading: the tree points into it
  absl::StatusOr<Tree> tree = ReadWire(record.bytes, limits);
  if (!tree.ok()) {
    return tree.status();
  }
  const Node root(*tree, tree->root());
  if (absl::Status status = CheckKey(root); !status.ok()) {
    return status;
  }
  record.key = KeyOf(root);
  record.patient = PatientOf(root, record.key.name);
  record.load_mode = root.Number(Wire::kLoadModeFieldNumber) == kap::v1::LOAD_MODE_HISTORICAL
                         ? LoadMode::kHistorical
                         : LoadMode::kLive;
  record.test_data = root.Number(Wire::kTestDataFieldNumber) != 0;
  record.billable = IsBillable(root);
  Findings findings;
  std::vector<Mention> mentions;
  CheckFields(*tree, findings, mentions);
  CheckInvariants(*tree, findings);
  record.references = ReferencesOf(*tree, record, mentions, findings);
  record.issues = findings.Take();
  record.json = JsonText(*tree);
  record.content_hash = Sha256Of(record.json);
  return record;
}

}  // namespace kgw::record
