#include "outcome.h"

#include <algorithm>

namespace kgw::fhir_rest {
namespace {

constexpr size_t kLongestPlainBody = 1000;

std::string Cut(std::string text, size_t bytes) {
  if (text.size() <= bytes) return text;
  size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

// A page of HTML or anything else: printable ASCII without tags, runs of blanks as one.
std::string Plain(std::string_view body) {
  std::string out;
  bool in_tag = false;
  for (const char c : body) {
    if (out.size() >= kLongestPlainBody) break;
    if (c == '<') in_tag = true;
    const bool printable = c > ' ' && c < 0x7f;
    if (printable && !in_tag) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    if (c == '>') in_tag = false;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

struct Meaning {
  kgw_code code;
  const char* error_class;
};

Meaning MeaningOf(int status) {
  switch (status) {
    case 401:  // a token that ran out is renewed by the host
      return {KGW_UNAVAILABLE, "denied"};
    case 403:
      return {KGW_FAILED_PRECONDITION, "denied"};
    case 405:
    case 501:
      return {KGW_UNIMPLEMENTED, "unsupported"};
    case 408:
    case 425:
      return {KGW_UNAVAILABLE, "unavailable"};
    case 409:
    case 412:
    case 423:
      return {KGW_ABORTED, "conflict"};
    case 413:
      return {KGW_INVALID_ARGUMENT, "too_large"};
    case 429:
      return {KGW_RESOURCE_EXHAUSTED, "unavailable"};
    default:
      break;
  }
  if (status >= 500 && status < 600) return {KGW_UNAVAILABLE, "unavailable"};
  if (status >= 400 && status < 500) return {KGW_INVALID_ARGUMENT, "rejected"};
  return {KGW_ABORTED, "protocol"};
}

}  // namespace

std::string WordsOf(const Json& outcome) {
  if (outcome.TextOf("resourceType") != "OperationOutcome") return "";
  std::string words;
  for (const Json& issue : outcome["issue"].items) {
    const std::string& severity = issue.TextOf("severity");
    const std::string& details = issue["details"].TextOf("text");
    const std::string& diagnostics = issue.TextOf("diagnostics");
    if (!words.empty()) words += "; ";
    words += severity + " " + issue.TextOf("code");
    if (!details.empty()) words += ": " + details;
    if (!diagnostics.empty() && diagnostics != details) words += ": " + diagnostics;
    const std::vector<Json>& expression = issue["expression"].items;
    if (!expression.empty() && expression.front().is_string()) {
      words += " (at " + expression.front().text + ")";
    }
    if (words.size() > kLongestWords) break;
  }
  return Cut(std::move(words), kLongestWords);
}

std::string WordsOfBody(std::string_view body, const Json& json) {
  std::string words = WordsOf(json);
  return words.empty() ? Plain(body) : words;
}

Failure FailureOf(const Answer& answer) {
  if (answer.lost()) {
    return answer.too_large()
               ? Failure(KGW_ABORTED, "protocol", "The answer is over the size limit.")
               : Failure(KGW_ABORTED, "unavailable",
                         "The request was sent, but no whole answer came back.");
  }
  const Meaning meaning = MeaningOf(answer.status());
  Failure failure(meaning.code, meaning.error_class, WordsOfBody(answer.body(), answer.json()));
  failure.http_status = answer.status();
  failure.request_id = answer.request_id();
  failure.retry_after_ms = answer.retry_after_ms();
  return failure;
}

Failure FailureOf(int status, const Json& outcome) {
  const Meaning meaning = MeaningOf(status);
  Failure failure(meaning.code, meaning.error_class, WordsOf(outcome));
  failure.http_status = status;
  return failure;
}

}  // namespace kgw::fhir_rest
