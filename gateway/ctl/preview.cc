#include <cstdio>
#include <string>
#include <string_view>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/json_form.h"
#include "gateway/ctl/record_files.h"
#include "gateway/ctl/record_json.h"
#include "gateway/ctl/record_key_text.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/table.h"

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

std::string PreviewJson(const v1::PreviewResponse& preview) {
  std::string line;
  json::Writer writer(&line);
  writer.StartObject();
  writer.Field("state", StateName(preview.state()));
  writer.Key("bundle");
  preview.bundle_json().empty() ? writer.Null() : writer.Raw(preview.bundle_json());
  writer.Key("issues");
  WriteIssues(writer, preview.issues());
  writer.Key("safety_signals");
  WriteSignals(writer, preview.safety_signals());
  writer.Key("destinations");
  writer.StartArray();
  for (const v1::DestinationDecision& destination : preview.destinations()) {
    writer.StartObject();
    writer.Field("name", destination.name());
    writer.Field("decision", destination.decision());
    writer.Field("why", destination.why());
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return line;
}

// The words of a CodeableConcept: its text, or the first display or code.
std::string_view WordsOf(const json::Value& concept_or_list) {
  const json::Value& coded = concept_or_list.is_array() ? concept_or_list[0] : concept_or_list;
  if (!coded.TextOf("text").empty()) return coded.TextOf("text");
  const json::Value& coding = coded.Find("coding")[0];
  return coding.TextOf("display").empty() ? coding.TextOf("code") : coding.TextOf("display");
}

// What a resource is about, as far as it says so itself.
std::string AboutOf(const json::Value& resource) {
  const json::Value& inner = resource.Find("contained")[0];
  for (const json::Value& coded :
       {resource.Find("code"), resource.Find("type"), inner.Find("code")}) {
    const std::string_view words = WordsOf(coded);
    if (!words.empty()) return std::string(words);
  }
  const std::string_view form = resource.TextOf("questionnaire");
  return std::string(form.substr(form.rfind('/') + 1));
}

void PrintResources(const std::string& bundle_json) {
  const auto bundle = json::Document::Parse(bundle_json);
  if (!bundle.ok()) return;
  Table table({"RESOURCE", "ID", "ABOUT"});
  for (const json::Value& entry : bundle->root().Find("entry")) {
    const json::Value& resource = entry.Find("resource");
    table.Add({std::string(resource.TextOf("resourceType")), std::string(resource.TextOf("id")),
               AboutOf(resource)});
  }
  std::printf("\n");
  table.Print();
}

void PrintPreview(const v1::RecordKey& key, const v1::PreviewResponse& preview) {
  Say("%s would be %s; nothing was kept\n", RecordKeyText(key).c_str(),
      std::string(StateName(preview.state())).c_str());
  for (const v1::SafetySignal& signal : preview.safety_signals()) {
    Say("SAFETY  %s: %s\n", signal.rule().c_str(), signal.text().c_str());
  }
  for (const v1::Issue& issue : preview.issues()) {
    Say("%s %s at %s: %s\n", issue.severity().c_str(), issue.code().c_str(),
        issue.expression().empty() ? "-" : issue.expression().c_str(), issue.text().c_str());
  }
  if (!preview.bundle_json().empty()) PrintResources(preview.bundle_json());
  Table destinations({"DESTINATION", "DECISION", "WHY"});
  for (const v1::DestinationDecision& destination : preview.destinations()) {
    destinations.Add({destination.name(), destination.decision(), destination.why()});
  }
  std::printf("\n");
  destinations.empty() ? static_cast<void>(std::printf("it would go nowhere\n"))
                       : destinations.Print();
}

// The record to preview. An error is about the file: it cannot be read, or has not so many records.
absl::StatusOr<RecordText> Choose(const PreviewOptions& options) {
  auto files = RecordFiles::Open({options.file});
  if (!files.ok()) return files.status();
  const int64_t count = files->Count();
  if (options.record == 0 && count > 1) {
    SayToErrors("previewing record 1 of %lld (--record N for another)\n",
                static_cast<long long>(count));
  }
  const int chosen = options.record == 0 ? 1 : options.record;
  for (int number = 1;; ++number) {
    auto text = files->Next();
    if (!text.ok()) return text.status();
    if (!text->has_value()) {
      return absl::NotFoundError(
          StrCat(options.file, ": no record ", chosen, " in it; it has ", number - 1));
    }
    if (number == chosen) return **std::move(text);
  }
}

}  // namespace

ExitCode Preview(const Connection& connection, Output output, const PreviewOptions& options) {
  auto text = Choose(options);
  if (!text.ok()) return ComplainOfUsage(text.status());
  auto record = RecordFromJson(text->json);
  if (!record.ok()) return Complain(record.status());
  auto client = Client::Connect(connection);
  if (!client.ok()) return ComplainOfUsage(client.status());
  auto preview = client->Preview(*record);
  if (!preview.ok()) return Complain(preview.status());
  if (output.json) {
    std::printf("%s\n", PreviewJson(*preview).c_str());
  } else {
    PrintPreview(KeyOf(*record), *preview);
  }
  return preview->state() == v1::RECORD_STATE_MAPPED ? kOk : kNo;
}

}  // namespace kgw::ctl
