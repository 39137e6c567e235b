#ifndef GATEWAY_RECORD_FINDINGS_H_
#define GATEWAY_RECORD_FINDINGS_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/fhir/issue.h"
#include "gateway/record/tree.h"

namespace kgw::record {

// Collects what is wrong with a record, at most a hundred times: enough for a person, and bounded.
// Of one place only the first error is kept: what is wrong by itself need not fit anything else.
class Findings {
 public:
  static constexpr size_t kMaxIssues = 100;

  bool full() const { return issues_.size() >= kMaxIssues; }

  // `code` is R4's issue-type. Texts never quote the record.
  void Error(std::string_view code, std::string path, std::string text) {
    Add(fhir::Severity::kError, code, std::move(path), std::move(text));
  }
  void Warning(std::string_view code, std::string path, std::string text) {
    Add(fhir::Severity::kWarning, code, std::move(path), std::move(text));
  }

  fhir::Issues Take() { return std::move(issues_); }

 private:
  void Add(fhir::Severity severity, std::string_view code, std::string path, std::string text) {
    const auto said = [&](const fhir::Issue& issue) {
      return issue.severity == severity && issue.expression == path;
    };
    if (!full() && std::none_of(issues_.begin(), issues_.end(), said)) {
      issues_.push_back({severity, std::string(code), std::move(path), std::move(text)});
    }
  }

  fhir::Issues issues_;
};

}  // namespace kgw::record

#endif  // GATEWAY_RECORD_FINDINGS_H_
