#include "gateway/ctl/exit_code.h"

#include <cstdio>
#include <string>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

bool in_json = false;  // set before there are threads

std::string ErrorJson(const absl::Status& status) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Key("error");
  writer.StartObject();
  writer.Field("code", absl::StatusCodeToString(status.code()));
  writer.Field("text", Std(status.message()));
  writer.Field("remedy", RemedyOf(status));
  writer.Key("fields");
  writer.StartArray();
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    writer.StartObject();
    writer.Field("field", violation.field);
    writer.Field("text", violation.description);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  writer.EndObject();
  return line;
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  if (IsTooLarge(status)) return kNo;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kOk;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
      return kUnreachable;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kDenied;
    case absl::StatusCode::kAlreadyExists:
      return kConflict;
    default:
      return kNo;
  }
}

bool IsTooLarge(const absl::Status& status) {
  return absl::IsResourceExhausted(status) &&
         Std(status.message()).find("larger than max") != std::string_view::npos;
}

void ComplainInJson() { in_json = true; }

std::string_view RemedyOf(const absl::Status& status) {
  if (!absl::IsUnavailable(status)) return "";
  const std::string_view text = Std(status.message());
  const auto says = [text](std::string_view words) {
    return text.find(words) != std::string_view::npos;
  };
  if (says("wrong version number") || says("WRONG_VERSION_NUMBER")) {
    return "is the gateway in plain text? leave out --ca, --cert and --key";
  }
  if (says("Connection refused")) return "is it running there? --server or KAPCTL_SERVER";
  if (says("DNS resolution failed")) return "is the name right? --server or KAPCTL_SERVER";
  for (std::string_view words : {"Socket closed", "andshake", "Connection reset", "GOAWAY",
                                 "recvmsg", "SSL_ERROR", "tls_", "FD shutdown"}) {
    if (says(words)) {
      return "is the gateway on TLS? give --ca, --cert, --key; see the gateway's log";
    }
  }
  return "";
}

ExitCode Complain(const absl::Status& status) {
  if (status.ok()) return kOk;
  if (in_json) {
    std::fprintf(stderr, "%s\n", ErrorJson(status).c_str());
    return ExitCodeOf(status);
  }
  const std::string code = absl::StatusCodeToString(status.code());
  SayToErrors("kapctl: %s: %s\n", code.c_str(), std::string(status.message()).c_str());
  for (const FieldViolation& violation : FieldViolationsOf(status)) {
    SayToErrors("  %s: %s\n", violation.field.c_str(), violation.description.c_str());
  }
  if (const std::string_view remedy = RemedyOf(status); !remedy.empty()) {
    SayToErrors("  %s\n", std::string(remedy).c_str());
  }
  return ExitCodeOf(status);
}

ExitCode ComplainOfUsage(const absl::Status& status) {
  Complain(status);
  return kUsage;
}

}  // namespace kgw::ctl
