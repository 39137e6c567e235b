// JSON text: no input may crash the parser, the tree, the writer or the check against base R4; what
// is read is written and read again without change; and what the scanner accepts the parser reads
// as the same events.
#include <cstdlib>
#include <string>

#include "gateway/base/json.h"
#include "gateway/base/json_scan.h"
#include "gateway/base/utf8.h"
#include "gateway/fhir/base_check.h"
#include "tests/gateway/base/json_recorder.h"
#include "tests/support/json_text.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckAs(std::string_view text, std::string_view type) {
  const kgw::fhir::Findings findings = kgw::fhir::CheckBaseR4(text, type);
  Require(findings.issues.size() <= 51);
  for (const kgw::fhir::ReferenceSpan& span : findings.spans.references) {
    Require(span.offset + span.size <= text.size());
  }
  for (const kgw::fhir::Issue& issue : findings.issues) {
    Require(!issue.text.empty() && kgw::IsValidUtf8(issue.expression));
  }
}

void CheckScanner(std::string_view text) {
  using kgw::json::Recorder;
  constexpr size_t kEveryEvent = SIZE_MAX;
  Recorder scanned(kEveryEvent);
  if (kgw::json::ScanEvents(text, scanned, 100) != kgw::json::Scan::kDone) return;
  Recorder parsed(kEveryEvent);
  Require(kgw::json::ParseEvents(text, parsed).ok());
  Require(scanned.events == parsed.events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckScanner(text);
  CheckAs(text, "Observation");
  CheckAs(text, "Bundle");
  const absl::StatusOr<kgw::json::Document> document = kgw::json::Document::Parse(text);
  if (!document.ok()) return 0;
  const std::string written = kgw::json::ToText(document->root());
  const absl::StatusOr<kgw::json::Document> again = kgw::json::Document::Parse(written);
  Require(again.ok());
  Require(kgw::json::ToText(again->root()) == written);
  return 0;
}
