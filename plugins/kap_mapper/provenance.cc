#include "provenance.h"

#include "plugins/common/text.h"

namespace kgw::kap {
namespace {

// An agent that resolves to a practitioner or device needs onBehalfOf (us-core-provenance).
bool SatisfiesUsCore(Mapping& m) {
  const Node author = m.record()["author"];
  return !author["who"]["practitioner"] || author["organization"];
}

void WriteAuthor(Mapping& m) {
  Out& out = m.out();
  const Node author = m.record()["author"];
  out.Begin();
  m.Concept("type", Code::kProvenanceAuthor);
  if (!m.Actor("who", author["who"], true)) {
    out.Begin("who");
    out.Plain("display", "unknown");
    out.End();
  }
  if (const Node organization = author["organization"]) {
    m.Organization("onBehalfOf", organization.text());
  }
  out.End();
}

// The sending system, known by its name alone: a logical reference.
void WriteTransmitter(Mapping& m) {
  Out& out = m.out();
  out.Begin();
  m.Concept("type", Code::kProvenanceTransmitter);
  out.Begin("who");
  out.Plain("type", "Device");
  out.Begin("identifier");
  m.Address("system", "/id/source");
  out.OpenText("value");
  common::AppendPercentEncoded(out.buffer(), m.record().text("tenant"));
  out.buffer() += '/';
  common::AppendPercentEncoded(out.buffer(), m.record().text("source"));
  out.CloseText();
  out.End();
  out.Text("display", m.record().text("source"));
  out.End();
  if (const Node organization = m.record()["author"]["organization"]) {
    m.Organization("onBehalfOf", organization.text());
  }
  out.End();
}

// A record by its identifier: records are no resources.
void WriteEntity(Mapping& m, std::string_view role, std::string_view type, std::string_view id,
                 std::string_view version) {
  Out& out = m.out();
  out.Begin();
  out.Plain("role", role);
  out.Begin("what");
  out.Begin("identifier");
  m.Address("system", "/id/record");
  out.OpenText("value");
  common::AppendPercentEncoded(out.buffer(), m.record().text("tenant"));
  out.buffer() += '/';
  common::AppendPercentEncoded(out.buffer(), m.record().text("source"));
  out.buffer() += '/';
  out.buffer() += type;
  out.buffer() += '/';
  common::AppendPercentEncoded(out.buffer(), id);
  if (!version.empty()) {
    out.buffer() += '/';
    common::AppendPercentEncoded(out.buffer(), version);
  }
  out.CloseText();
  out.End();
  out.End();
  out.End();
}

}  // namespace

void WriteProvenance(Mapping& m, std::string_view session) {
  const bool us_core = SatisfiesUsCore(m);
  if (!us_core) {
    m.Inform("required", "author.organization",
             "A practitioner is the author and no organization is named: the Provenance is not one "
             "of US Core.");
  }
  Out& out = m.Begin("Provenance", {}, us_core ? "provenance" : "", Identify::kNone);
  out.BeginList("target");
  out.Raw(m.targets());
  out.EndList();
  out.Text("recorded", m.record().text("recordedTime"));
  out.BeginList("agent");
  WriteAuthor(m);
  WriteTransmitter(m);
  out.EndList();
  out.BeginList("entity");
  WriteEntity(m, "source", m.record_type(), m.record().text("id"), m.record().text("version"));
  if (!session.empty()) WriteEntity(m, "derivation", "Session", session, {});
  out.EndList();
  m.Finish();
}

}  // namespace kgw::kap
