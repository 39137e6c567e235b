#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "gateway/base/json.h"
#include "gateway/base/mutex.h"
#include "gateway/base/strings.h"
#include "gateway/base/violation.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/progress.h"
#include "gateway/ctl/record_files.h"
#include "gateway/ctl/record_json.h"
#include "gateway/ctl/record_key_text.h"
#include "gateway/ctl/resume_file.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/submission.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

// How many records ended in which way.
struct Summary {
  int64_t submitted = 0, mapped = 0, parked = 0, rejected = 0, superseded = 0, conflict = 0;
  int64_t duplicate = 0;  // of these, counted by the state they are stored in as well
  int64_t invalid = 0;    // counted nowhere by the gateway
  int64_t denied = 0;
};

std::string SummaryJson(const Summary& summary) {
  const std::pair<std::string_view, int64_t> counts[] = {
      {"submitted", summary.submitted},   {"mapped", summary.mapped},
      {"parked", summary.parked},         {"rejected", summary.rejected},
      {"superseded", summary.superseded}, {"conflict", summary.conflict},
      {"duplicate", summary.duplicate},   {"invalid", summary.invalid},
      {"denied", summary.denied}};
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Key("summary");
  writer.StartObject();
  for (const auto& [name, count] : counts) {
    writer.Key(name);
    writer.Integer(count);
  }
  writer.EndObject();
  writer.EndObject();
  return line;
}

// The word for what became of a record; "invalid", "conflict" and "denied" are the call's answers.
std::string OutcomeOf(const Submitted& submitted) {
  if (submitted.status.ok()) return std::string(StateName(submitted.response.state()));
  if (absl::IsAlreadyExists(submitted.status)) return "conflict";
  if (absl::IsPermissionDenied(submitted.status) || absl::IsUnauthenticated(submitted.status)) {
    return "denied";
  }
  return "invalid";
}

IssueList IssuesOf(const Submitted& submitted) {
  if (submitted.status.ok()) return submitted.response.issues();
  IssueList issues;
  for (const FieldViolation& violation : FieldViolationsOf(submitted.status)) {
    v1::Issue* issue = issues.Add();
    issue->set_severity("error");
    issue->set_code("structure");
    issue->set_expression(violation.field);
    issue->set_text(violation.description);
  }
  if (issues.empty()) {
    v1::Issue* issue = issues.Add();
    issue->set_severity("error");
    issue->set_code(absl::IsAlreadyExists(submitted.status) ? "conflict" : "processing");
    issue->set_text(std::string(submitted.status.message()));
  }
  return issues;
}

// Input that could not be read has none.
bool HasKey(const Submitted& submitted) { return !submitted.key.type().empty(); }

std::string LineOf(const Submitted& submitted) {
  const v1::SubmitResponse& response = submitted.response;
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Field("file", submitted.text.file);
  writer.Key("line");
  writer.Integer(submitted.text.line);
  if (HasKey(submitted)) {
    writer.Key("key");
    WriteKey(writer, submitted.key);
  }
  writer.Field("receipt", response.receipt());
  writer.Field("state", OutcomeOf(submitted));
  writer.Key("duplicate");
  writer.Bool(response.duplicate());
  writer.Key("resources");
  writer.Integer(response.resources());
  writer.Key("deliveries");
  writer.Integer(response.deliveries());
  writer.Key("issues");
  WriteIssues(writer, IssuesOf(submitted));
  writer.Key("safety_signals");
  WriteSignals(writer, response.safety_signals());
  writer.EndObject();
  return line;
}

void PrintForPeople(const Submitted& submitted) {
  const std::string outcome = OutcomeOf(submitted);
  for (const v1::SafetySignal& signal : submitted.response.safety_signals()) {
    Say("SAFETY  %s  %s: %s\n", RecordKeyText(submitted.key).c_str(), signal.rule().c_str(),
        signal.text().c_str());
  }
  if (outcome == "mapped" || outcome == "superseded") return;
  const std::string key = HasKey(submitted) ? RecordKeyText(submitted.key) + "  " : "";
  Say("%s:%lld  %s%s\n", submitted.text.file.c_str(), static_cast<long long>(submitted.text.line),
      key.c_str(), outcome.c_str());
  for (const v1::Issue& issue : IssuesOf(submitted)) {
    Say("    %s %s at %s: %s\n", issue.severity().c_str(), issue.code().c_str(),
        issue.expression().empty() ? "-" : issue.expression().c_str(), issue.text().c_str());
  }
}

// Takes answers from any thread: prints, counts, remembers.
class Answers {
 public:
  Answers(Output output, int64_t total, ResumeFile resume)
      : output_(output), resume_(std::move(resume)), progress_("submitting", total) {}

  bool AnsweredBefore(const RecordText& text) {
    MutexLock lock(mutex_);
    const bool answered = resume_.Answered(text.file, text.line);
    if (answered) progress_.Skip();
    return answered;
  }

  void Take(const Submitted& submitted) {
    MutexLock lock(mutex_);
    Count(submitted);
    if (output_.json) {
      std::printf("%s\n", LineOf(submitted).c_str());
    } else {
      PrintForPeople(submitted);
    }
    resume_.Add(submitted.text.file, submitted.text.line);
    progress_.Set(summary_.submitted);
  }

  Summary summary() const {
    MutexLock lock(mutex_);
    return summary_;
  }

 private:
  void Count(const Submitted& submitted) KGW_REQUIRES(mutex_) {
    ++summary_.submitted;
    if (submitted.status.ok() && submitted.response.duplicate()) ++summary_.duplicate;
    const std::pair<std::string_view, int64_t*> counts[] = {
        {"mapped", &summary_.mapped},     {"parked", &summary_.parked},
        {"rejected", &summary_.rejected}, {"superseded", &summary_.superseded},
        {"conflict", &summary_.conflict}, {"denied", &summary_.denied},
        {"invalid", &summary_.invalid}};
    const std::string outcome = OutcomeOf(submitted);
    for (const auto& [name, count] : counts) {
      if (name == outcome) ++*count;
    }
  }

  const Output output_;
  mutable Mutex mutex_;
  ResumeFile resume_ KGW_GUARDED_BY(mutex_);
  Progress progress_ KGW_GUARDED_BY(mutex_);
  Summary summary_ KGW_GUARDED_BY(mutex_);
};

// `unread`: why the rest of the files could not be read.
absl::Status SendAll(RecordFiles& files, Submission& submission, Answers& answers,
                     absl::Status* unread) {
  while (true) {
    auto next = files.Next();
    if (!next.ok()) {
      *unread = next.status();
      return absl::OkStatus();
    }
    if (!next->has_value()) return absl::OkStatus();
    RecordText text = *std::move(*next);
    if (answers.AnsweredBefore(text)) continue;
    auto record = RecordFromJson(text.json);
    if (!record.ok()) {
      answers.Take({std::move(text), {}, record.status(), {}});
      continue;
    }
    v1::RecordKey key = KeyOf(*record);
    const absl::Status sent =
        submission.Send(std::move(text), record->SerializeAsString(), std::move(key));
    if (!sent.ok()) return sent;
  }
}

ExitCode CodeOf(const Summary& summary) {
  if (summary.denied > 0) return kDenied;
  if (summary.conflict > 0) return kConflict;
  return summary.rejected + summary.parked + summary.invalid > 0 ? kNo : kOk;
}

void PrintSummary(Output output, const Summary& summary) {
  if (output.json) {
    std::printf("%s\n", SummaryJson(summary).c_str());
    return;
  }
  std::printf(
      "%lld submitted: %lld mapped, %lld parked, %lld rejected, %lld superseded, %lld conflicts, "
      "%lld invalid, %lld denied; %lld of them sent before\n",
      static_cast<long long>(summary.submitted), static_cast<long long>(summary.mapped),
      static_cast<long long>(summary.parked), static_cast<long long>(summary.rejected),
      static_cast<long long>(summary.superseded), static_cast<long long>(summary.conflict),
      static_cast<long long>(summary.invalid), static_cast<long long>(summary.denied),
      static_cast<long long>(summary.duplicate));
  if (summary.parked > 0) std::printf("what is parked waits for a person: see kapctl parked\n");
}

}  // namespace

ExitCode Submit(const Connection& connection, Output output, const SubmitOptions& options) {
  auto files = RecordFiles::Open(options.paths);
  if (!files.ok()) return ComplainOfUsage(files.status());
  auto resume = ResumeFile::Open(options.resume);
  if (!resume.ok()) return ComplainOfUsage(resume.status());
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  // An answer that the resume file knows must have reached whoever reads ours, even if we are
  // killed.
  if (output.json) std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  absl::Status status;
  absl::Status unread;
  Summary summary;
  {
    Answers answers(output, files->Count(), *std::move(resume));
    const AnswerHandler take = [&answers](const Submitted& submitted) { answers.Take(submitted); };
    const auto make = options.unary ? &UnarySubmission : &StreamSubmission;
    const auto submission =
        make(*client, options.in_flight, absl::Seconds(options.wait_seconds), take);
    const absl::Status sent = SendAll(*files, *submission, answers, &unread);
    status = submission->Finish();
    if (status.ok()) status = sent;
    summary = answers.summary();
  }
  PrintSummary(output, summary);
  if (!unread.ok()) ComplainOfUsage(unread);
  if (!status.ok()) return Complain(status);
  return unread.ok() ? CodeOf(summary) : kUsage;
}

}  // namespace kgw::ctl
