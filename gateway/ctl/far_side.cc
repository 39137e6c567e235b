#include "gateway/ctl/far_side.h"

#include <string_view>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

// As the connector reports them; it knows which types are sent and which need only be found.
std::string MissingIn(const json::Value& report) {
  if (!report.Has("missing")) return "unknown";
  std::string missing;
  for (const json::Value& type : report.Find("missing")) {
    StrAppend(&missing, missing.empty() ? "" : ", ", type.text());
  }
  return missing.empty() ? "none of those that are sent" : missing;
}

std::string ReportText(const std::string& report_json) {
  const auto document = json::Document::Parse(report_json);
  if (!document.ok()) return "";
  const json::Value& report = document->root();
  const auto or_unknown = [](std::string_view text) { return text.empty() ? "unknown" : text; };
  return StrCat("  software       ", or_unknown(report.TextOf("software")), "\n  FHIR version   ",
                or_unknown(report.TextOf("fhir_version")), "\n  transactions   ",
                report.Find("transaction").boolean() ? "yes" : "no", "\n  missing types  ",
                MissingIn(report), "\n");
}

// A reason that a longer one says as well is left out.
std::vector<const v1::Issue*> Distinct(const v1::TestDestinationResponse& response) {
  std::vector<const v1::Issue*> distinct;
  for (int i = 0; i < response.issues_size(); ++i) {
    bool said = false;
    for (int j = 0; j < response.issues_size() && !said; ++j) {
      const std::string& mine = response.issues(i).text();
      const std::string& other = response.issues(j).text();
      said = i != j && other.find(mine) != std::string::npos && (mine != other || j < i);
    }
    if (!said) distinct.push_back(&response.issues(i));
  }
  return distinct;
}

}  // namespace

std::string FarSideText(const std::string& name, const v1::TestDestinationResponse& response) {
  const std::vector<const v1::Issue*> issues = Distinct(response);
  std::string text = StrCat(name, response.ok() ? ": reached" : ": not reached");
  if (!response.ok() && issues.size() == 1) {
    StrAppend(&text, ": ", issues[0]->text(), "\n");
  } else {
    StrAppend(&text, "\n");
    for (const v1::Issue* issue : issues) {
      StrAppend(&text, "  ", issue->severity(), ": ", issue->text(), "\n");
    }
  }
  if (!response.report_json().empty()) text += ReportText(response.report_json());
  return text;
}

void PrintFarSide(const std::string& name, const v1::TestDestinationResponse& response) {
  Say("%s", FarSideText(name, response).c_str());
}

}  // namespace kgw::ctl
