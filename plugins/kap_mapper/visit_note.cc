#include <string>

#include "base64.h"
#include "visit_parts.h"

namespace kgw::kap {
namespace {

bool TookPlace(std::string_view status) {
  return status == "VISIT_STATUS_FINISHED" || status == "VISIT_STATUS_STOPPED_EARLY" ||
         status == "VISIT_STATUS_IN_PROGRESS";
}

std::string_view DisplayOf(std::string_view enum_name, std::string_view fallback) {
  const auto codes = CodesOf(enum_name);
  return codes.empty() ? fallback : RowOf(codes.front()).display;
}

std::string_view ChannelText(std::string_view channel) {
  if (channel == "VISIT_CHANNEL_VIDEO") return "by video";
  return channel == "VISIT_CHANNEL_AUDIO" ? "by telephone" : "in person";
}

void AppendSpan(std::string& text, std::string_view start, std::string_view end) {
  if (!start.empty()) text.append(" from ").append(start);
  if (!end.empty()) text.append(" to ").append(end);
}

// What a person wants to know of a visit whose systems take nothing but a document.
std::string ReadableText(Node visit) {
  const Node period = visit["period"], note = visit["note"];
  std::string text(DisplayOf(visit.text("kind"), "Visit"));
  text.append(", ").append(ChannelText(visit.text("channel")));
  AppendSpan(text, period.text("start"), period.text("end"));
  text += ".\n";
  if (visit.text("status") == "VISIT_STATUS_STOPPED_EARLY") {
    text.append("Stopped early. ").append(visit.text("statusReason")).append("\n");
  }
  for (const Node phase : visit["phases"]) {
    text.append(DisplayOf(phase.text("code"), "Phase"));
    AppendSpan(text, phase.text("start"), phase.text("end"));
    text += ".\n";
  }
  if (note) text.append("\n").append(note.text("text")).append("\n");
  return text;
}

void WriteContext(Mapping& m, Node visit) {
  Out& out = m.out();
  out.Begin("context");
  out.BeginList("encounter");
  m.Self("", "Encounter", {});
  out.EndList();
  m.PeriodOf("period", visit["period"]);
  out.End();
}

void WriteAuthors(Mapping& m, Node note) {
  Out& out = m.out();
  if (const Node author = note["author"]) {
    out.BeginList("author");
    m.Practitioner("", author.text());
    out.EndList();
  }
  if (const Node by = note["signedBy"]) m.Practitioner("authenticator", by.text());
}

void WriteContent(Mapping& m, Node visit) {
  Out& out = m.out();
  out.BeginList("content");
  out.Begin();
  out.Begin("attachment");
  out.Plain("contentType", "text/plain");
  out.OpenText("data");
  AppendBase64(out.buffer(), ReadableText(visit));
  out.CloseText();
  out.Plain("title", "Visit note");
  if (const Node signed_time = visit["note"]["signedTime"]) {
    out.Text("creation", signed_time.text());
  }
  out.End();
  out.End();
  out.EndList();
}

}  // namespace

void MapVisitNote(Mapping& m, Node visit) {
  const Node note = visit["note"];
  if (!note && !TookPlace(visit.text("status"))) return;
  Out& out = m.Begin("DocumentReference", {"visit-note", {}}, "documentreference");
  out.Plain("status", "current");
  out.Plain("docStatus", note["signedTime"] ? "final" : "preliminary");
  m.Concept("type", Code::kProgressNote);
  out.BeginList("category");
  m.Concept("", Code::kClinicalNote);
  out.EndList();
  m.Patient("subject");
  out.Text("date", note ? note.text("writtenTime") : m.record().text("recordedTime"));
  WriteAuthors(m, note);
  if (const Node organization = visit["organization"]) {
    m.Organization("custodian", organization.text());
  }
  WriteContent(m, visit);
  WriteContext(m, visit);
  m.Finish();
}

}  // namespace kgw::kap
